import type { StoreErrorCode } from './errors.js';

/** Something wrong in a store. */
export interface Problem {
  readonly code: StoreErrorCode | 'CURRENT_DAMAGED' | 'TAG_DANGLING';
  /** The thing, and what is wrong with it. */
  readonly message: string;
  /** The generation concerned, if one is. */
  readonly generation?: number;
}

/**
 * Something in a store's directory that costs nothing but its space: `LEFTOVER`, a crash left it, and opening or
 * collecting clears it away; `STRAY`, nobody of ours made it; `SET_ASIDE`, a repair put it there for a person to look at.
 */
export interface Note {
  readonly code: 'LEFTOVER' | 'STRAY' | 'SET_ASIDE';
  readonly message: string;
  /** Relative to the store, with `/`. */
  readonly path: string;
}
