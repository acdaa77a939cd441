import { isStopTerm, tokenize } from '../analysis/index.js';
import type { Segment } from '../segment/index.js';

/** Names of a kind remembered in one segment, some 2 MB; when that many are known they are all forgotten. */
const REMEMBERED_NAMES = 5_000;

/**
 * The distinct terms of the names in a segment, without stop words unless a name has nothing else. They are remembered by
 * number, because the names would have to be read before anything could be found by them.
 */
export class NamingTerms {
  readonly #segment: Segment;
  readonly #titles = new Map<number, readonly string[]>();
  readonly #fileNames = new Map<number, readonly string[]>();
  readonly #headings = new Map<number, readonly string[]>();

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  title(document: number): readonly string[] {
    const known = this.#titles.get(document);
    return known ?? remember(this.#titles, document, this.#segment.parts.titles.text(document));
  }

  /** Of the path's last part, without its extension. */
  fileName(document: number): readonly string[] {
    const known = this.#fileNames.get(document);
    return known ?? remember(this.#fileNames, document, fileNameOf(this.#segment.parts.paths.text(document)));
  }

  /** Of the heading at or above the chunk; none before the first. */
  heading(chunk: number): readonly string[] {
    const known = this.#headings.get(chunk);
    return known ?? remember(this.#headings, chunk, this.#segment.headingPath(chunk).at(-1) ?? '');
  }
}

function remember(known: Map<number, readonly string[]>, number: number, name: string): readonly string[] {
  const all = [...new Set(tokenize(name))];
  const naming = all.filter((term) => !isStopTerm(term));
  const terms = naming.length > 0 ? naming : all;
  if (known.size >= REMEMBERED_NAMES) known.clear();
  known.set(number, terms);
  return terms;
}

function fileNameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/(?<=.)\.[^.]*$/, '');
}

const known = new WeakMap<Segment, NamingTerms>();

/** The terms of a segment's names; one for all who ask. */
export function namingTermsOf(segment: Segment): NamingTerms {
  const ready = known.get(segment);
  if (ready !== undefined) return ready;
  const made = new NamingTerms(segment);
  known.set(segment, made);
  return made;
}
