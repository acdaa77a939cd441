/**
 * The log of a process of the torture, outside the store, and what is read out of it.
 *
 *     operation := number " ! " ns " " kind argument* "\n"     written before it begins
 *     end       := "= " ns word* "\n"                          acknowledged
 *                | "x " ns " " code "\n"                        refused: it must have changed nothing
 *                | "? " ns "\n"                                 the store says that nobody can tell
 *     warning   := "# " text "\n"
 *
 * A process does one thing after another, so an end belongs to the operation before it; an operation without one was
 * cut short by a kill. Times are nanoseconds of the machine's monotonic clock since the torture began.
 */

export const KINDS = [
  'open',
  'update',
  'rollback',
  'resume',
  'read',
  'travel',
  'keep',
  'tag',
  'untag',
  'collect',
  'flush',
  'verify',
] as const;

/**
 * `read`: the newest generation; `travel`: an older one, which may be gone; `keep`: one that a tag or a pin keeps, so
 * that nothing excuses its absence.
 */
export type Kind = (typeof KINDS)[number];

export type Outcome = 'done' | 'refused' | 'unknown';

/** The digest of what was not read. */
export const NOT_READ = '-';

/** One operation of one process. */
export interface Operation {
  /** Name of the process; with a dot and `number` it is the name of the operation. */
  readonly process: string;
  readonly number: number;
  readonly kind: Kind;
  /** The generation asked for, or 0. */
  readonly target: number;
  /** The name of a tag, or `hold`, or `''`. */
  readonly word: string;
  readonly startNs: number;
  /** When it was acknowledged or refused, or when its process was known to be dead. */
  endNs: number;
  outcome: Outcome;
  /** Why it was refused. */
  code: string;
  /** The generation that it made, read or named, or 0; of `verify` how many problems it found. */
  generation: number;
  /** What an update found below it. */
  baseGeneration: number;
  /** Over the files read: those of the base, for an update. */
  digest: string;
  rebases: number;
}

export function nameOf({ process, number }: Pick<Operation, 'process' | 'number'>): string {
  return `${process}.${number}`;
}

/** Whether it makes a generation if it succeeds. */
export function isCommit({ kind }: Operation): boolean {
  return kind === 'update' || kind === 'rollback' || kind === 'resume';
}
