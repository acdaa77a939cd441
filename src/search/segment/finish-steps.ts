/** Takes all steps of work that could be interrupted, without a pause. */
export function finishSteps<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
