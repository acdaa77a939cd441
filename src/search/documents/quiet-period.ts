import { LONGEST_TIMER_MS } from '../../store/index.js';

/** Calls `deliver` once a burst of touches is over: after a quiet time, but never later than a limit after the first. */
export class QuietPeriod {
  readonly #quietMs: number;
  readonly #limitMs: number;
  readonly #deliver: () => void;
  #firstTouchMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({
    quietMs,
    limitMs,
    deliver,
  }: {
    readonly quietMs: number;
    readonly limitMs: number;
    readonly deliver: () => void;
  }) {
    this.#quietMs = quietMs;
    this.#limitMs = limitMs;
    this.#deliver = deliver;
  }

  touch(): void {
    const nowMs = performance.now();
    this.#firstTouchMs ??= nowMs;
    const leftMs = this.#firstTouchMs + this.#limitMs - nowMs;
    clearTimeout(this.#timer);
    // What is watched keeps the process alive, not the wait for its quiet.
    this.#timer = setTimeout(() => this.#end(), Math.max(0, Math.min(this.#quietMs, leftMs, LONGEST_TIMER_MS))).unref();
  }

  /** Forgets what was touched. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#firstTouchMs = undefined;
  }

  #end(): void {
    this.#firstTouchMs = undefined;
    this.#deliver();
  }
}
