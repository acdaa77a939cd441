import type { Options, SingleBar } from 'cli-progress';
import { rateOf, timeLeft } from './pace.js';

/** What is being done, and how far it is; a total of 0 is not known yet. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Where progress goes to: standard error, or what a test puts in its place. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Work that is over sooner is not worth a line. */
const SHOWN_AFTER_MS = 300;
/** Between two lines where there is no terminal. */
const LINE_EVERY_MS = 5_000;

/**
 * How far the work is, on standard error: on a terminal a bar with rate and time left that goes away in the end,
 * elsewhere a line every five seconds, and nothing for programs that read JSON.
 */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #isSilent: boolean;
  #phase = '';
  #startedMs = 0;
  #lineMs = 0;
  #library: typeof import('cli-progress') | undefined;
  #bar: SingleBar | undefined;

  constructor({
    isJson,
    stream = process.stderr,
    now = () => performance.now(),
  }: {
    readonly isJson: boolean;
    readonly stream?: ProgressStream;
    /** Milliseconds of a clock that never goes back. */
    readonly now?: () => number;
  }) {
    this.#isSilent = isJson;
    this.#stream = stream;
    this.#now = now;
  }

  /** Loads what draws a bar, for work that keeps the event loop to itself: `show` alone would have it too late. */
  async prepare(): Promise<void> {
    if (!this.#isSilent && this.#hasBar) this.#library ??= await import('cli-progress');
  }

  /** Shows how far the work is. */
  show(progress: Progress): void {
    if (this.#isSilent) return;
    const nowMs = this.#now();
    if (progress.phase !== this.#phase) {
      this.clear();
      [this.#phase, this.#startedMs, this.#lineMs] = [progress.phase, nowMs, nowMs];
    }
    const elapsedMs = nowMs - this.#startedMs;
    if (this.#hasBar) this.#draw(progress, elapsedMs);
    else if (nowMs - this.#lineMs >= LINE_EVERY_MS) {
      this.#lineMs = nowMs;
      this.#stream.write(`${lineOf(progress, elapsedMs)}\n`);
    }
  }

  /** Removes the bar, so that other output can follow. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  get #hasBar(): boolean {
    return this.#stream.isTTY === true && process.env.TERM !== 'dumb';
  }

  #draw(progress: Progress, elapsedMs: number): void {
    const { done, total } = progress;
    if (this.#library === undefined) {
      // Only where a bar is drawn: what it shows next time is as good.
      void import('cli-progress').then((library) => {
        this.#library = library;
      });
      return;
    }
    if (this.#bar === undefined) {
      if (elapsedMs < SHOWN_AFTER_MS || done >= total) return;
      this.#bar = new this.#library.SingleBar(barOptions(this.#stream), this.#library.Presets.shades_classic);
      this.#bar.start(total, done, payloadOf(progress, elapsedMs));
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, payloadOf(progress, elapsedMs));
  }
}

function barOptions(stream: ProgressStream): Options {
  return {
    stream,
    format: '{phase} {bar} {share}  {rate}  {left}',
    barsize: 24,
    clearOnComplete: true,
    // Commands clear the bar themselves when they are interrupted.
    gracefulExit: false,
  };
}

function payloadOf(progress: Progress, elapsedMs: number): object {
  const pace = { ...progress, elapsedMs };
  return { phase: progress.phase, share: shareOf(progress), rate: rateOf(pace), left: timeLeft(pace) };
}

function lineOf(progress: Progress, elapsedMs: number): string {
  const pace = { ...progress, elapsedMs };
  return [`${progress.phase} ${shareOf(progress)}`.trimEnd(), rateOf(pace), timeLeft(pace)]
    .filter((part) => part !== '')
    .join(', ');
}

function shareOf({ done, total }: Progress): string {
  return total === 0 ? '' : `${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')}`;
}
