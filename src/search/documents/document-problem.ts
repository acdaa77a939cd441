/** Something about the documents that a person should know, and that did not stop the rest. */
export interface DocumentProblem {
  /**
   * `FOLDER_UNREADABLE`: what lies in `path` could not be listed, so it keeps its last indexed state.
   * `IGNORE_FILE_UNREADABLE`: what the ignore file leaves out is indexed.
   * `NAME_NOT_UTF8`: the file or folder is passed over, since its name leads to nothing.
   * `DOCUMENTS_PATH_MISSING`: a configured documents path leads nowhere.
   * `NOT_WATCHING`: changes are only noticed when documents are next compared with the index.
   */
  readonly code:
    | 'FOLDER_UNREADABLE'
    | 'IGNORE_FILE_UNREADABLE'
    | 'NAME_NOT_UTF8'
    | 'DOCUMENTS_PATH_MISSING'
    | 'NOT_WATCHING';
  /** Relative to the root, with `/`; `''` is the root. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}
