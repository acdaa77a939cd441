/** One line on a terminal's standard error that is overwritten as the work goes on; nothing anywhere else. */
export class ProgressLine {
  readonly #isShown: boolean;
  #lastDrawnMs = 0;

  constructor({ isJson }: { readonly isJson: boolean }) {
    this.#isShown = process.stderr.isTTY === true && !isJson;
  }

  /** Shows how far the work is; at most ten times a second, and always at its end. */
  show({ phase, done, total }: { readonly phase: string; readonly done: number; readonly total: number }): void {
    const nowMs = performance.now();
    if (!this.#isShown || (nowMs - this.#lastDrawnMs < 100 && done < total)) return;
    this.#lastDrawnMs = nowMs;
    const share = total === 0 ? '' : ` ${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')}`;
    process.stderr.write(`\r\u001B[K${phase}${share}`);
  }

  /** Removes the line, so that other output can follow. */
  clear(): void {
    if (this.#lastDrawnMs > 0) process.stderr.write('\r\u001B[K');
    this.#lastDrawnMs = 0;
  }
}
