/** What every answer of the index carries. */
export interface AnswerOrigin {
  /** The generation that answered; 0 before the first one. */
  readonly generation: number;
  /**
   * True if the index may be behind the files: changes that are pending or may have gone unseen, a document of the answer
   * whose file is another one now, a hold, damage, or a first build under way.
   */
  readonly stale: boolean;
  /** True while documents are being indexed, and before that while it is found out which. */
  readonly indexing: boolean;
  /** Only while files are being compared with an index that is there, for the first time since this instance started. */
  readonly comparing?: true;
  /**
   * Only of an answer that was asked for as of another generation: when that was made (ISO 8601), and which one is the
   * newest. `stale` is true then unless they are the same.
   */
  readonly asOf?: { readonly createdAt: string; readonly newest: number };
}

/**
 * What has become of a document's file since the document was indexed: it holds something else, there is none any more,
 * or nobody can tell because it cannot be read.
 */
export type FileNow = 'changed' | 'gone' | 'unreadable';

/** What an answer says of the file of a document that it shows. */
export interface ShownFile {
  /** Only if the file is no longer known to hold what was indexed. */
  readonly fileNow?: FileNow;
}
