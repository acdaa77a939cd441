import type { FileNow, ShownFile } from '../requests/index.js';
import type { IndexedFile } from '../segment/index.js';

/** The files of today, beside what was indexed. */
export interface CurrentFiles {
  /** What has become of the file of an indexed document; `undefined` if it still holds what was indexed. */
  findChange(document: IndexedFile): FileNow | undefined;
  /** What the file of a document holds now; `undefined` if it cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** True if something is there: a document, a folder, a file of another kind. */
  exists(path: string): boolean;
}

/** Where documents are not files, nothing becomes of them. */
export const NO_FILES: CurrentFiles = { findChange: () => undefined, read: () => undefined, exists: () => false };

/** What an answer says of the file of a document that it shows. */
export function describeFile(files: CurrentFiles, document: IndexedFile): ShownFile {
  const fileNow = files.findChange(document);
  return fileNow === undefined ? {} : { fileNow };
}
