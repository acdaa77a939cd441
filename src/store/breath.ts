/** Longer than this no caller keeps the event loop to itself. */
const HOLD_MS = 10;

/**
 * Lets timers and signals have their turn now and then. Local files answer without waiting, so a caller that asks in a
 * loop would otherwise never let go of the event loop.
 */
export class Breath {
  #lastMs = performance.now();

  /** Resolves at once, or after a turn of the event loop if the last one was long ago. */
  async take(): Promise<void> {
    if (performance.now() - this.#lastMs < HOLD_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastMs = performance.now();
  }
}
