/** What a project index is asked and what it answers; the field names are the public JSON of the CLI and the MCP tools. */
import type { CollectResult, Note, Problem } from '../store/index.js';

/** Which signals found a result. */
export type MatchSource = 'keyword' | 'vector' | 'link';

/** How much of the documents' texts an answer holds. */
export type AnswerDetail = 'brief' | 'normal' | 'full';

/** What is searched for, and how much of it is told. */
export interface SearchRequest {
  readonly query: string;
  /** 1 to 50, default 10. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer. */
  readonly cursor?: string;
  /** Only documents whose path starts with this; a leading `./` or `/` is the root's. */
  readonly pathPrefix?: string;
  /** True to be told what each score is made of. */
  readonly explain?: boolean;
  /** Of each passage nothing but its place (`brief`), the lines that answer best (`normal`, the default), or all of it. */
  readonly detail?: AnswerDetail;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

/** What one signal added to a score. */
export interface ScorePart {
  readonly signal: string;
  readonly adds: number;
  /** In plain words. */
  readonly reason: string;
}

/** A passage that answers, with the place where it stands. */
export interface SearchResult {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  /** Lines of the passage in the file, from 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
  /** `''` if `detail` was `brief`, the whole passage if it was `full`. */
  readonly snippet: string;
  readonly matchedBy: readonly MatchSource[];
  /** If it was asked for: parts of the score, the largest first; they add up to it. */
  readonly explanation?: readonly ScorePart[];
}

/** A word that stands in no document, and the similar one that was looked for instead. */
export interface Correction {
  readonly asked: string;
  readonly used: string;
}

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

export interface SearchAnswer extends AnswerOrigin {
  readonly results: readonly SearchResult[];
  /** Only if no word of the query stands in any document and similar ones do: what was looked for instead. */
  readonly corrections?: readonly Correction[];
  /** Only if likeness could not be told: why, and what to do about it. The results are from keywords and links alone. */
  readonly withoutVectors?: { readonly code: string; readonly message: string; readonly remedy: string };
  readonly nextCursor?: string;
}

/** Which document, or which lines of it. */
export interface DocumentRequest {
  readonly path: string;
  /** First and last line wanted, from 1, inclusive; default all. */
  readonly startLine?: number;
  readonly endLine?: number;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

export interface DocumentAnswer extends AnswerOrigin {
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
   * True if the file on disk is no longer what was indexed; `text` is then the file's, when it can be read and no older
   * generation was asked for.
   */
  readonly changedSinceIndexed: boolean;
}

/** Which of the documents, page by page. */
export interface ListRequest {
  /** 1 to 500, default 100. */
  readonly limit?: number;
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
  /** `nextCursor` of an earlier answer: each list goes on where it ended. */
  readonly cursor?: string;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

/** A document at the other end of a link. */
export interface LinkedDocument {
  readonly path: string;
  readonly title: string;
  /** Heading slug that the link names; `''` if none. */
  readonly anchor: string;
  readonly text: string;
  readonly line: number;
}

export interface RelatedAnswer extends AnswerOrigin {
  readonly path: string;
  readonly title: string;
  /** Documents that this one links to. */
  readonly links: readonly LinkedDocument[];
  /** Documents that link to this one; `line` is a line of theirs. */
  readonly backlinks: readonly LinkedDocument[];
  /** Links of this document that lead to nothing in the project. */
  readonly brokenLinks: readonly { readonly target: string; readonly anchor: string; readonly line: number }[];
  /** Documents that say similar things, best first. */
  readonly similar: readonly { readonly path: string; readonly title: string; readonly score: number }[];
  readonly nextCursor?: string;
}

/** Of which generation the state is asked for. */
export interface StatusRequest {
  /** Tell the documents, passages, segments, hold and vectors of this generation. As in a search. */
  readonly asOf?: string;
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
  /** Links that lead to nothing in the project, or to a heading that is not there; at most 500 are listed. */
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

/** Since when updates are refused, and who has asked for it. */
export interface HoldState {
  /** The generation whose content the rollback restored. */
  readonly rolledBackTo: number;
  /** ISO 8601. */
  readonly since: string;
  readonly by: string;
}

/** A process that has the index open. */
export interface InstanceStatus {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** What the MCP client calls itself, or the CLI command. */
  readonly client: string;
  /** `indexer` does the indexing; a `follower` takes over when it lags or dies; a `reader` never writes. */
  readonly role: 'indexer' | 'follower' | 'reader';
}

/** How far the passages of an index are embedded by what this instance is configured for. */
export interface EmbeddingStatus {
  /** As configured: `local`, `static`, `http` or `transformers`. */
  readonly embedder: string;
  /** Names the model whose vectors are meant; null while it could not be loaded. */
  readonly id: string | null;
  /** Components per vector; 0 while they are not known. */
  readonly dimension: number;
  /** Passages with a vector of it, and those without: they are found by keywords. */
  readonly embedded: number;
  readonly missing: number;
  /** True while this instance makes missing vectors. */
  readonly embedding: boolean;
}

export interface StatusAnswer extends AnswerOrigin {
  readonly root: string;
  readonly indexPath: string;
  readonly documents: number;
  readonly chunks: number;
  readonly segments: number;
  readonly generations: number;
  readonly sizeBytes: number;
  readonly hold: HoldState | null;
  readonly pendingChanges: number;
  readonly embedding: EmbeddingStatus;
  readonly coordinationMode: 'file_lock' | 'none';
  readonly fileSystem: string;
  readonly instances: readonly InstanceStatus[];
  /** What is wrong and what to do about it: damage, skipped files, a store that cannot be written. */
  readonly problems: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
}

/** What indexing came to. */
export interface IndexNowAnswer {
  readonly generation: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Files that cannot be indexed. */
  readonly skipped: number;
  /** Passages that had no vector of the configured embedder and got one. */
  readonly embedded: number;
  /** Passages that are found by keywords only, since the embedder failed or another process is at it. */
  readonly withoutVectors: number;
}

export interface ReindexAnswer extends AnswerOrigin, IndexNowAnswer {
  readonly generation: number;
  /** In the index now. */
  readonly documents: number;
}

/** What this process has committed to the index since it opened it: changes of documents, not vectors or merges. */
export interface IndexWrites {
  readonly commits: number;
  /** How often a commit was made again on top of another writer's. */
  readonly rebases: number;
}

/** What may change from one moment to the next. */
export interface LiveAnswer extends AnswerOrigin {
  readonly documents: number;
  readonly hold: HoldState | null;
  readonly pendingChanges: number;
  readonly instances: readonly InstanceStatus[];
}

/** Which generations are listed, page by page. */
export interface HistoryRequest {
  /** Newest first; 1 to 1000, default 50. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer. */
  readonly cursor?: string;
}

/** A generation of the history: who made it, when and why, and how many documents it changed. */
export interface GenerationSummary {
  readonly generation: number;
  readonly parent: number | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly writer: string;
  readonly operation: string;
  /** Why, as who wrote it said: of a rollback, what it was asked for with. */
  readonly reason: string;
  /** Only of a rollback: the generation whose content it restored, where the history still tells. */
  readonly rolledBackTo?: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Bytes of all files of the generation, shared ones included. */
  readonly sizeBytes: number;
  /** Bytes of the files that it wrote itself; the others it shares with earlier generations. */
  readonly ownSizeBytes: number;
  readonly tags: readonly string[];
}

/** Generations, newest first. */
export interface HistoryAnswer {
  readonly generations: readonly GenerationSummary[];
  /** Tagged generations beyond the limit, newest first. */
  readonly olderTagged: readonly { readonly generation: number; readonly tags: readonly string[] }[];
  readonly nextCursor?: string;
}

/** Which generation is restored, and why. */
export interface RollbackRequest {
  readonly generation: number;
  readonly reason?: string;
}

export interface RollbackAnswer extends AnswerOrigin {
  readonly rolledBackTo: number;
  readonly documents: number;
  readonly hold: HoldState | null;
}

export interface ResumeAnswer extends AnswerOrigin {
  /** False if there was no hold. */
  readonly resumed: boolean;
}

/** What collecting did, or would do. */
export type CollectAnswer = CollectResult;

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
  /** `nextCursor` of an earlier answer. */
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

/** The name that a generation gets. */
export interface TagRequest {
  readonly name: string;
  /** Its number, another tag, or a time of ISO 8601; default the newest. */
  readonly generation?: string;
}

export interface TagAnswer extends AnswerOrigin {
  readonly tag: { readonly name: string; readonly generation: number; readonly createdAt: string };
}

/** Paths of documents that a newer generation has otherwise than the one told of before. */
export interface DocumentsChanged {
  readonly generation: number;
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}

/** What a look at every file has found. */
export interface VerifyAnswer {
  readonly ok: boolean;
  readonly generation: number;
  readonly filesChecked: number;
  readonly problems: readonly string[];
  /** The problems with their codes, in the same order. */
  readonly findings: readonly Problem[];
  /** What lies in the index that nothing refers to; it costs nothing but its space. */
  readonly notes: readonly Note[];
}
