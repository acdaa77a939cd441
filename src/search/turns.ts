import { setImmediate as eventLoopTurn } from 'node:timers/promises';

/** After so much work in a row, other work gets its turn: a process that indexes also answers. */
const TURN_MS = 4;

/** Long work in turns of a few milliseconds: `if (turns.isOver) await turns.next()` between its parts. */
export class Turns {
  #sinceMs = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#sinceMs > TURN_MS;
  }

  /** Resolves when everything that waited has had its turn. */
  async next(): Promise<void> {
    await eventLoopTurn();
    this.#sinceMs = performance.now();
  }
}

/** Takes all steps of work that could be interrupted, without a pause. */
export function finishSteps<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `finishSteps`, in turns with other work. */
export async function finishInTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  const turns = new Turns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turns.isOver) await turns.next();
  }
}
