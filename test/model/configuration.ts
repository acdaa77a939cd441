/** What is explored: who takes part, what each does, and what may go wrong how often. */
import type { BugName } from './bugs.js';

/**
 * What a client does to the store. `add` writes a file beside the others, `replace` writes one in place of all others,
 * `bare` changes only the metadata, so that its generation has no file of its own; `rollback`, `tag` and `open` take
 * any older generation that they see.
 */
export type Operation = 'add' | 'replace' | 'bare' | 'rollback' | 'tag' | 'open';

/** One exploration. Everybody may pause between any two steps, for as long as they like. */
export interface Configuration {
  readonly name: string;
  /** What it is for, in one line. */
  readonly about: string;
  readonly mode: 'file_lock' | 'none';
  /** One open store each, and what it does in turn. */
  readonly clients: readonly (readonly Operation[])[];
  /** Each reads the head again and again. */
  readonly readers: number;
  /** Each collects again and again; only the head, tagged and pinned generations are retained. */
  readonly collectors: number;
  /** Generations that are there at the beginning, each replacing the one before. */
  readonly history: number;
  /** So many clients or collectors may die, at any step. */
  readonly crashes: number;
  /** So often the lock is taken from a holder that is alive. */
  readonly thefts: number;
  /** So often a waiter for the lock gives up: LOCK_TIMEOUT. */
  readonly timeouts: number;
  /** So often somebody who is alive is taken for dead, because it slept. */
  readonly mistakes: number;
  /** Whoever was taken for dead may be registered anew while it commits (`revive`). */
  readonly revives: boolean;
  /** Whether `CURRENT` is written; nobody reads it but those who raise it. */
  readonly pointer: boolean;
  /**
   * `fine`: every call to the storage is a step of its own. `coarse`: reading the head, planning, observing, marking
   * and sweeping one generation are one step each, as is drafting.
   */
  readonly grain: 'fine' | 'coarse';
  readonly bugs?: readonly BugName[];
}

/** A quiet world of two writers, to be changed where a configuration differs. */
export const QUIET: Configuration = {
  name: 'quiet',
  about: '',
  mode: 'none',
  clients: [['add'], ['add']],
  readers: 0,
  collectors: 1,
  history: 1,
  crashes: 0,
  thefts: 0,
  timeouts: 0,
  mistakes: 0,
  revives: false,
  pointer: false,
  grain: 'coarse',
};
