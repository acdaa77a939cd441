/** What every answer of the index carries. */
export interface AnswerOrigin {
  /** The generation that answered; 0 before the first one. */
  readonly generation: number;
  /** True if the index may be behind the files: pending changes, a hold, damage, or a first build under way. */
  readonly stale: boolean;
  /** True while documents are being indexed. */
  readonly indexing: boolean;
  /**
   * Only of an answer that was asked for as of another generation: when that was made (ISO 8601), and which one is the
   * newest. `stale` is true then unless they are the same.
   */
  readonly asOf?: { readonly createdAt: string; readonly newest: number };
}
