/** What differs between two generations. */
import type { AnswerOrigin } from './answer-origin.js';

/** What differs between the documents of two generations; each list is sorted by path. */
export interface DocumentDiff {
  readonly added: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly changed: readonly {
    readonly path: string;
    readonly formerSizeBytes: number;
    readonly sizeBytes: number;
  }[];
  readonly removed: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** Removed here and added there with the same bytes. */
  readonly renamed: readonly { readonly from: string; readonly to: string; readonly sizeBytes: number }[];
  /** How many documents are in both with the same bytes. */
  readonly unchanged: number;
}

/** Which two generations are compared, page by page. */
export interface ComparisonRequest {
  /** A generation: its number, a tag, or a time of ISO 8601 (the newest one then). */
  readonly from: string;
  /** As `from`; default the newest. */
  readonly to?: string;
  /** Changes on one page, 1 to 500, default 100. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer with the same `from` and `to`: the list goes on behind the last change shown. */
  readonly cursor?: string;
}

/** One side of a comparison. */
export interface ComparedGeneration {
  readonly generation: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A document that is not the same in both generations. */
export interface DocumentChangeEntry {
  readonly change: 'added' | 'changed' | 'removed' | 'renamed';
  /** Of a removed document where it was, else where it is in the later generation. */
  readonly path: string;
  /** Only of a renamed one. */
  readonly formerPath?: string;
  readonly sizeBytes: number;
  /** Only of a changed one. */
  readonly formerSizeBytes?: number;
}

export interface ComparisonAnswer extends AnswerOrigin {
  readonly from: ComparedGeneration;
  readonly to: ComparedGeneration;
  /** Documents on all pages. */
  readonly counts: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly renamed: number;
    readonly unchanged: number;
  };
  /** One page: the added ones first, then changed, removed and renamed ones, each by path. */
  readonly changes: readonly DocumentChangeEntry[];
  readonly nextCursor?: string;
}
