/** Finding passages. */
import type { AnswerOrigin, ShownFile } from './answer-origin.js';

/** Which signals found a result. */
export type MatchSource = 'keyword' | 'vector' | 'link';

/** How much of the documents' texts an answer holds. */
export type AnswerDetail = 'brief' | 'normal' | 'full';

/** What is searched for, and how much of it is told. */
export interface SearchRequest {
  readonly query: string;
  /** 1 to 50, default 10. */
  readonly limit?: number;
  /** `nextCursor` of an earlier answer to the same `query` and `pathPrefix`. */
  readonly cursor?: string;
  /** Only documents whose path starts with this; a leading `./` or `/` is the root's. */
  readonly pathPrefix?: string;
  /** True to be told what each score is made of. */
  readonly explain?: boolean;
  /** Of each passage nothing but its place (`brief`), the lines that answer best (`normal`, the default), or all of it. */
  readonly detail?: AnswerDetail;
  /** Answer from this generation: its number, a tag, or a time of ISO 8601 (the newest one then). Default the newest. */
  readonly asOf?: string;
}

/** What one signal added to a score. */
export interface ScorePart {
  readonly signal: string;
  readonly adds: number;
  /** In plain words. */
  readonly reason: string;
}

/** A passage that answers, with the place where it stands. */
export interface SearchResult extends ShownFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  /** Lines of the passage in the file, from 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
  /** `''` if `detail` was `brief`, the whole passage if it was `full`. */
  readonly snippet: string;
  readonly matchedBy: readonly MatchSource[];
  /** If it was asked for: parts of the score, the largest first; they add up to it. */
  readonly explanation?: readonly ScorePart[];
}

/** A word that stands in no document, and the similar one that was looked for instead. */
export interface Correction {
  readonly asked: string;
  readonly used: string;
}

export interface SearchAnswer extends AnswerOrigin {
  readonly results: readonly SearchResult[];
  /** Only if no document has any form of a word of the query and some have a similar one: what was looked for instead. */
  readonly corrections?: readonly Correction[];
  /** True if no document has a word of the question, so that all results are only like it, or linked to what is. */
  readonly isByLikenessAlone?: true;
  /** True if the question holds no word to look for, only signs: nothing but likeness could find anything. */
  readonly hasNoWords?: true;
  /** Only if likeness could not be told: why, and what to do about it. The results are from keywords and links alone. */
  readonly withoutVectors?: { readonly code: string; readonly message: string; readonly remedy: string };
  readonly nextCursor?: string;
  /**
   * Only of a further page that another generation answers than the first one: that of the first page. Results may be
   * missing or come twice then; asked `asOf` that generation, the pages fit.
   */
  readonly firstPageGeneration?: number;
}
