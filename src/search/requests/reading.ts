/** Reading documents, and what they link to. */
import type { AnswerOrigin, ShownFile } from './answer-origin.js';

/** Which document, or which lines of it. */
export interface DocumentRequest {
  readonly path: string;
  /** First and last line wanted, from 1, inclusive; default all. */
  readonly startLine?: number;
  readonly endLine?: number;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

export interface DocumentAnswer extends AnswerOrigin, ShownFile {
  readonly path: string;
  readonly title: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  /** Lines of the whole document. */
  readonly lines: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  readonly frontMatter: { readonly [key: string]: unknown };
  readonly outline: readonly {
    readonly headingPath: readonly string[];
    readonly anchor: string;
    readonly startLine: number;
    readonly endLine: number;
  }[];
  /**
   * True if `fileNow` is set. If that is `changed` and no older generation was asked for, `text` is the file's; else it is
   * what was indexed.
   */
  readonly changedSinceIndexed: boolean;
}

/** Which of the documents, page by page. */
export interface ListRequest {
  /** 1 to 500, default 100. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer with the same `pathPrefix`: the list goes on behind the last path shown. */
  readonly cursor?: string;
  readonly pathPrefix?: string;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

export interface ListAnswer extends AnswerOrigin {
  readonly total: number;
  readonly documents: readonly {
    readonly path: string;
    readonly title: string;
    readonly sizeBytes: number;
    readonly chunks: number;
  }[];
  readonly nextCursor?: string;
}

/** Of which document the neighbours are asked for. */
export interface RelatedRequest {
  readonly path: string;
  /** Entries in each list, 1 to 100, default 20. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer about the same document: each list goes on where it ended. */
  readonly cursor?: string;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

/** A document at the other end of a link. */
export interface LinkedDocument extends ShownFile {
  readonly path: string;
  readonly title: string;
  /** Heading slug that the link names; `''` if none. */
  readonly anchor: string;
  readonly text: string;
  readonly line: number;
}

export interface RelatedAnswer extends AnswerOrigin, ShownFile {
  readonly path: string;
  readonly title: string;
  /** Documents that this one links to. */
  readonly links: readonly LinkedDocument[];
  /** Documents that link to this one; `line` is a line of theirs. */
  readonly backlinks: readonly LinkedDocument[];
  /** Links of this document that lead to nothing in the project. */
  readonly brokenLinks: readonly { readonly target: string; readonly anchor: string; readonly line: number }[];
  /** Documents that say similar things, best first. */
  readonly similar: readonly (ShownFile & { readonly path: string; readonly title: string; readonly score: number })[];
  readonly nextCursor?: string;
  /**
   * Only of a further page that another generation answers than the first one: that of the first page. Entries of
   * `similar`, and those of documents that changed, may be missing or come twice then.
   */
  readonly firstPageGeneration?: number;
}

/** How much of the link graph is asked for. */
export interface LinksRequest {
  /** Documents in the graph, the most linked ones; 1 to 2000, default 300. */
  readonly limit?: number;
}

/** The link graph of the project. */
export interface LinksAnswer extends AnswerOrigin {
  /** Documents of the project, shown or not. */
  readonly total: number;
  /** The most linked ones first, each with how many documents it links to and is linked from. */
  readonly documents: readonly {
    readonly path: string;
    readonly title: string;
    readonly linksTo: number;
    readonly linkedFrom: number;
  }[];
  /** Each pair once; `from` and `to` are places in `documents`. */
  readonly links: readonly { readonly from: number; readonly to: number }[];
  /** Documents that no other one links to, by path; at most 500 are listed. */
  readonly orphans: {
    readonly total: number;
    readonly listed: readonly { readonly path: string; readonly title: string }[];
  };
  /** Links that lead to nothing in the project, or to a heading that is not there, of another document or their own; at most 500 are listed. */
  readonly brokenLinks: {
    readonly total: number;
    readonly listed: readonly {
      readonly path: string;
      readonly line: number;
      readonly target: string;
      readonly anchor: string;
      /** True if the document is there and only the heading is not. */
      readonly isHeadingMissing: boolean;
    }[];
  };
}

/** Paths of documents that a newer generation has otherwise than the one told of before. */
export interface DocumentsChanged {
  readonly generation: number;
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}
