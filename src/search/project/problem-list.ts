import { inProgramWords } from '../../remedies/index.js';
import { StoreError } from '../../store/index.js';
import { SearchError } from '../errors.js';
import type { IndexProblem } from './options.js';

/** The key under which is listed what stood in the way of the newest commit, and cost nothing. */
export const COMMIT_WARNING = 'commit warning';

/** What is wrong at the moment, each under a key, told to the listener when it is new. */
export class ProblemList {
  readonly #problems = new Map<string, IndexProblem>();
  readonly #onProblem: (problem: IndexProblem) => void;

  constructor(onProblem: (problem: IndexProblem) => void) {
    this.#onProblem = onProblem;
  }

  set(key: string, problem: IndexProblem): void {
    const before = this.#problems.get(key);
    this.#problems.set(key, problem);
    if (before?.code !== problem.code || before.message !== problem.message) this.#onProblem(problem);
  }

  clear(key: string): void {
    this.#problems.delete(key);
  }

  /** What is listed under the key. */
  find(key: string): IndexProblem | undefined {
    return this.#problems.get(key);
  }

  has(key: string): boolean {
    return this.#problems.has(key);
  }

  list(): readonly IndexProblem[] {
    return [...this.#problems.values()];
  }
}

/** An error as a problem. */
export function problemOf(error: unknown): IndexProblem {
  if (error instanceof StoreError || error instanceof SearchError) {
    return { code: error.code, message: error.message, remedy: inProgramWords(error.remedy) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INDEXING_FAILED', message, remedy: 'It is tried again; if it stays, please report it.' };
}
