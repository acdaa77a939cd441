import type { Environment } from './environment.js';
import { examine } from './examination.js';
import type { FileCheckOptions } from './file-checks.js';
import type { Note, Problem } from './problem.js';
import type { Storage } from './storage.js';

/** What a check of the whole store found. */
export interface VerifyResult {
  /** Whether there are no problems; notes do not count. */
  readonly ok: boolean;
  /** The head; 0 in an empty store. */
  readonly generation: number;
  readonly generationsChecked: number;
  readonly filesChecked: number;
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** How to check. */
export type VerifyOptions = Pick<FileCheckOptions, 'onProgress'>;

/**
 * Reads every manifest and every file of the history, and of what tags keep, and compares them with their checksums;
 * looks for what is not there though something refers to it, and for what is there though nothing does. Changes nothing.
 */
export async function verify(
  storage: Storage,
  environment: Environment,
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  const { head, generations, filesChecked, problems, notes } = await examine(storage, environment, options);
  const generationsChecked = generations.filter(({ manifest }) => manifest !== undefined).length;
  return { ok: problems.length === 0, generation: head, generationsChecked, filesChecked, problems, notes };
}
