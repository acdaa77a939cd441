/** When what failed is tried again: later each time that it fails. */
export class Retries {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #waitMs: number;
  #notBeforeMs = 0;

  constructor({ firstMs, longestMs }: { readonly firstMs: number; readonly longestMs: number }) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#waitMs = firstMs;
  }

  /** True until it is to be tried again. */
  get isTooEarly(): boolean {
    return performance.now() < this.#notBeforeMs;
  }

  /** How long to wait from now on, in milliseconds. */
  failed(): number {
    const waitMs = this.#waitMs;
    this.#notBeforeMs = performance.now() + waitMs;
    this.#waitMs = Math.min(waitMs * 2, this.#longestMs);
    return waitMs;
  }

  succeeded(): void {
    this.#waitMs = this.#firstMs;
    this.#notBeforeMs = 0;
  }
}
