import type { FileNow, ShownFile } from 'snapdex/search';
import { element } from './element.js';

const WORDS: Readonly<Record<FileNow, string>> = {
  changed: 'changed since it was indexed',
  gone: 'gone since it was indexed',
  unreadable: 'cannot be read now',
};

/** What has become of the file of a document that is shown, if it is no longer known to hold what was indexed. */
export function fileMark({ fileNow }: ShownFile): HTMLElement | undefined {
  return fileNow === undefined ? undefined : element('span', { class: 'source' }, WORDS[fileNow]);
}
