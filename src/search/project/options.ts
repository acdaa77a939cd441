import { OBJECT, oneOf, TEXT } from '../../arguments/index.js';
import type { EmbeddingOptions } from '../embedding/index.js';
import { requireAllowed } from '../request-checks.js';

/** How a project's index is opened. */
export interface ProjectIndexOptions {
  /** Real absolute path of the project. */
  readonly root: string;
  /** Absolute path of the index directory, or where it lies on S3: `s3://bucket/prefix`. */
  readonly indexPath: string;
  /** Folders of documents, relative to the root. */
  readonly documentsPath: readonly string[];
  readonly recursive: boolean;
  /** Globs relative to the root. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly coordinationMode: 'file_lock' | 'none';
  readonly lockTimeoutMs: number;
  readonly reconciliationIntervalMs: number;
  readonly debounceMs: number;
  /** Longer files are left out and reported. */
  readonly maximumFileBytes: number;
  readonly keepGenerations: number;
  readonly minimumAgeMs: number;
  /** Bytes that the history may occupy; `undefined` is no limit. */
  readonly maximumTotalBytes?: number | undefined;
  /** What makes vectors; default `local`. */
  readonly embedding?: EmbeddingOptions;
  /** Write nothing, and take the index as it is, whatever the files hold. Default false. */
  readonly readOnly?: boolean;
  /** Shown to others in `status`. */
  readonly client: string;
  /**
   * `serve` watches and follows; `once` indexes when asked and leaves; `read` only reads what is there, and makes
   * nothing where there is no index.
   */
  readonly mode: 'serve' | 'once' | 'read';
  /** Called now and then while documents are indexed. */
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Called once for each thing that a person should know and that did not stop the rest. */
  readonly onProblem?: (problem: IndexProblem) => void;
}

/** The rest is of a configuration, or the store's to say. @throws SearchError INVALID_REQUEST */
export function requireOpening(options: ProjectIndexOptions): void {
  requireAllowed('options', options, OBJECT);
  requireAllowed('mode', options.mode, oneOf('serve', 'once', 'read'));
  requireAllowed('client', options.client, TEXT);
}

/** How far indexing is. */
export interface IndexProgress {
  /** `comparing` files with the index, `indexing` what differs, or `embedding` what has no vector yet. */
  readonly phase: 'comparing' | 'indexing' | 'embedding';
  /** Documents; passages while embedding. */
  readonly done: number;
  readonly total: number;
}

/** Something that a person should know. */
export interface IndexProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
