/** How an index is, and bringing it up to date. */
import type { AnswerOrigin } from './answer-origin.js';

/** Of which generation the state is asked for. */
export interface StatusRequest {
  /** Tell the documents, passages, segments, hold and vectors of this generation. As in a search. */
  readonly asOf?: string;
  /**
   * True to ask an `http` embedder for one vector, which takes 5 seconds at most, if passages have none of it: what fails
   * is then among the problems. Default false.
   */
  readonly checkEmbedder?: boolean;
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
  readonly role: 'indexer' | 'follower' | 'writer' | 'reader';
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
  /** Bytes that the history occupies: files and manifests, what is shared counted once. As `totalBytes` of collecting. */
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

/** What may change from one moment to the next. */
export interface LiveAnswer extends AnswerOrigin {
  readonly documents: number;
  readonly hold: HoldState | null;
  readonly pendingChanges: number;
  readonly instances: readonly InstanceStatus[];
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
