import type { IndexWrites, StatusAnswer } from '../../search/index.js';
import type { HeldNow } from './limits.js';

/** A request that has been answered, or whose client went away. */
export interface AnsweredRequest {
  /** One of few: the path of what was asked, without names of documents; `other` for what is not served. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  /** From the first byte of the request's head to the last of the answer; undefined of a stream of events. */
  readonly durationMs: number | undefined;
}

/** What there is to be measured at one moment. */
export interface ServerFigures {
  /** Both are undefined while the index is not open. */
  readonly index: StatusAnswer | undefined;
  readonly writes: IndexWrites | undefined;
  readonly held: HeldNow;
}

/** Keeps count of a server, and tells it in the form that somebody reads. */
export interface ServerMetrics {
  /** Counts a request. */
  answered(request: AnsweredRequest): void;
  /** All figures as text, with its type. */
  report(figures: ServerFigures): Promise<{ readonly contentType: string; readonly text: string }>;
}
