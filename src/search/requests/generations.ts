/** The history of an index, and acting on it. */
import type { CollectResult, Note, Problem } from '../../store/index.js';
import type { AnswerOrigin } from './answer-origin.js';
import type { HoldState } from './status.js';

/** Which generations are listed, page by page. */
export interface HistoryRequest {
  /** Newest first; 1 to 1000, default 50. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer: the list goes on below the last generation shown. */
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
  /**
   * Documents that it added, changed and removed over its parent; a renamed one is removed and added. All three are null
   * of a rollback whose parent cannot be read any more.
   */
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
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

/** The name that a generation gets. */
export interface TagRequest {
  readonly name: string;
  /** Its number, another tag, or a time of ISO 8601; default the newest. */
  readonly generation?: string;
}

export interface TagAnswer extends AnswerOrigin {
  readonly tag: { readonly name: string; readonly generation: number; readonly createdAt: string };
}

/** Whether anything is deleted. */
export interface CollectRequest {
  /** Only say what would be collected. Default false. */
  readonly dryRun?: boolean;
}

/** What collecting did, or would do. */
export type CollectAnswer = CollectResult;

/** Who is told how far verifying is. */
export interface VerifyRequest {
  /** Called after each file, with how many of all are done. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
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
