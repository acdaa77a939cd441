import { BOOLEAN, type Checks, FUNCTION, OBJECT, wholeFrom } from '../../arguments/index.js';
import { requireFields } from '../argument-checks.js';

/** What `SnapshotStore.planPull` goes by. */
export interface PullPlanOptions {
  /** Which generation of the source. Default the newest. */
  readonly generation?: number;
  /** How many generations of the source's history may come, that one included. At least 1; default all. */
  readonly history?: number;
  /**
   * Where the histories differ, make the content a new generation above the newest one of this store, rather than
   * refuse. Default false.
   */
  readonly onTop?: boolean;
}

/** How far a pull is. */
export interface PullProgress {
  /** `files`: they are read from the source and sent; `numbers`: the source has collected them, and they are passed over. */
  readonly phase: 'files' | 'numbers';
  readonly done: number;
  readonly total: number;
}

/** What `SnapshotStore.pull` goes by. */
export interface PullOptions extends PullPlanOptions {
  /** Called after each file that was sent, and each number that was passed over. */
  readonly onProgress?: (progress: PullProgress) => void;
  /** Ends the pull between two files or rows of generations. Those that have arrived stay, and are not sent again. */
  readonly signal?: AbortSignal;
}

const PLANNING: Checks<PullPlanOptions> = {
  generation: wholeFrom(1),
  history: wholeFrom(1),
  onTop: BOOLEAN,
};
const PULLING: Checks<PullOptions> = { ...PLANNING, onProgress: FUNCTION, signal: OBJECT };

/** @throws StoreError INVALID_OPTION */
export function requirePullPlanOptions(options: PullPlanOptions): void {
  requireFields('options of planPull', options, PLANNING);
}

/** @throws StoreError INVALID_OPTION */
export function requirePullOptions(options: PullOptions): void {
  requireFields('options of pull', options, PULLING);
}
