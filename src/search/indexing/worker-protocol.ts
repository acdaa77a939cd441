/** What the main thread and an indexing worker say to each other. Bytes are handed over, never copied. */
import type { ThreadEmbedding } from '../embedding/index.js';
import type { SearchErrorCode } from '../errors.js';
import type { VectorKind } from '../segment/index.js';

/** A task; the answer bears its `id`. */
export type WorkerTask =
  | {
      readonly kind: 'fingerprint';
      readonly id: number;
      readonly root: string;
      readonly paths: readonly string[];
      readonly maximumBytes: number;
    }
  | {
      readonly kind: 'analyse';
      readonly id: number;
      readonly batch: number;
      readonly root: string;
      readonly paths: readonly string[];
      readonly maximumBytes: number;
    }
  | {
      readonly kind: 'analyse-stored';
      readonly id: number;
      readonly batch: number;
      readonly documents: readonly StoredText[];
    }
  | { readonly kind: 'texts'; readonly id: number; readonly batch: number; readonly hashes: readonly string[] }
  | {
      readonly kind: 'build';
      readonly id: number;
      readonly batch: number;
      readonly paths: readonly string[];
      readonly tombstones: readonly string[];
      readonly vectors: PackedVectors;
      readonly embedding: ThreadEmbedding;
    }
  | { readonly kind: 'release'; readonly id: number; readonly batch: number }
  | {
      readonly kind: 'merge';
      readonly id: number;
      readonly inputs: readonly MergeTaskInput[];
      readonly dropTombstones: boolean;
      readonly embedder: VectorKind | undefined;
    };

/** A document as an index has it. */
export interface StoredText {
  readonly path: string;
  readonly text: string;
  /** Of the file, which may begin with a mark that the text has not. */
  readonly contentHash: string;
  readonly sizeBytes: number;
}

/** A segment to merge, by the path of its file, and which of its documents are dead. */
export interface MergeTaskInput {
  readonly name: string;
  readonly path: string;
  readonly deadDocuments: Uint8Array | undefined;
}

/** Known vectors side by side: the i-th has the i-th hash and scale, and the i-th part of codes and residuals. */
export interface PackedVectors {
  readonly hashes: readonly string[];
  readonly dimension: number;
  readonly scales: Float32Array;
  readonly codes: Int8Array;
  readonly residuals: Uint8Array;
}

/** What reading one file came to. */
export interface FileReading {
  readonly path: string;
  /** Undefined if the file could not be read as a document; `problem` says why, unless it is just not there. */
  readonly contentHash: string | undefined;
  readonly state:
    | { readonly sizeBytes: number; readonly modifiedMs: number; readonly changedMs: number; readonly inode: number }
    | undefined;
  /** Milliseconds since 1970, taken before the read began. */
  readonly readAtMs: number;
  /** The same by a clock that only goes forward, one for all threads of the process: tells which of two was first. */
  readonly beganMs: number;
  readonly problem: { readonly code: SearchErrorCode; readonly message: string; readonly remedy: string } | undefined;
}

/** An error as it crosses threads. */
export interface PackedError {
  readonly code: SearchErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** The answer to a task. */
export type WorkerAnswer =
  | { readonly kind: 'failed'; readonly id: number; readonly error: PackedError }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly readings: readonly FileReading[];
      readonly chunkHashes: readonly string[];
    }
  | { readonly kind: 'texts'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly id: number };
