import type { ProblemReport } from '../server/index.js';
import { printProblem } from './failure.js';
import type { ProgressLine } from './progress-line.js';

/** Tells of problems on standard error, of each once: one cause can be met in several places. */
export class ProblemWarnings {
  readonly #progress: ProgressLine;
  readonly #isJson: boolean;
  readonly #told = new Set<string>();
  /** What is not told yet; `undefined` where nothing is held back. */
  #held: ProblemReport[] | undefined;

  /** @param options `areHeld`: all wait for `release`, since the answer may list them itself */
  constructor(progress: ProgressLine, options: { readonly isJson: boolean; readonly areHeld: boolean }) {
    this.#progress = progress;
    this.#isJson = options.isJson;
    if (options.areHeld) this.#held = [];
  }

  tell(problem: ProblemReport): void {
    if (this.#held !== undefined) {
      this.#held.push(problem);
      return;
    }
    const saying = sayingOf(problem);
    if (this.#told.has(saying)) return;
    this.#told.add(saying);
    this.#progress.clear();
    printProblem('warning', problem, { isJson: this.#isJson });
  }

  /** Tells what was held back, but for what is `listed` elsewhere; from here on nothing is held back. */
  release(listed: readonly ProblemReport[] = []): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const problem of listed) this.#told.add(sayingOf(problem));
    for (const problem of held) this.tell(problem);
  }
}

function sayingOf({ code, message }: ProblemReport): string {
  return `${code} ${message}`;
}
