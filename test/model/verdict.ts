import type { Plan } from './configurations.js';
import type { Exploration } from './explorer.js';

/** What an exploration came to, in the words of the table. */
export interface Verdict {
  readonly words: string;
  /** Something is wrong with the protocol; or a plan was not done that says that it is explored to the end. */
  readonly isFailure: boolean;
}

export function verdictOn({ violation, isComplete }: Exploration, { search }: Pick<Plan, 'search'>): Verdict {
  if (violation !== undefined) return { words: 'VIOLATION', isFailure: true };
  if (search === 'exhaustive' && !isComplete) return { words: 'NOT TO THE END', isFailure: true };
  return { words: `none in ${isComplete ? 'all' : search === 'walks' ? 'walks' : 'part'}`, isFailure: false };
}
