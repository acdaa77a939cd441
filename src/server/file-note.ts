import type { FileNow } from '../search/index.js';

const NOTES: Readonly<Record<FileNow, string>> = {
  changed: 'the file has changed since this was indexed',
  gone: 'the file is gone since this was indexed',
  unreadable: 'the file cannot be read now; this was indexed',
};

/** Stands beside what an answer shows of a document whose file is no longer known to hold it. */
export function fileNote(fileNow: FileNow): string {
  return `[${NOTES[fileNow]}]`;
}
