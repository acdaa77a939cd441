import type { Segment } from '../segment/index.js';
import { namingTermsOf } from './naming-terms.js';
import type { AskedTerm } from './score-board.js';

/** Compares the names of a document, and of its parts, with a query. Stop words count on neither side. */
export class NameMatch {
  readonly #asked: ReadonlyMap<string, AskedTerm>;
  readonly #queryRarity: number;

  /**
   * @param asked the terms of the query
   * @param queryRarity the sum of their rarities
   */
  constructor(asked: ReadonlyMap<string, AskedTerm>, queryRarity: number) {
    this.#asked = asked;
    this.#queryRarity = queryRarity;
  }

  /** Share of the title's terms, or of the file name's if that is more, that the query has. */
  titlePrecision(segment: Segment, document: number): number {
    const names = namingTermsOf(segment);
    const ofTitle = this.#precision(names.title(document));
    return ofTitle === 1 ? 1 : Math.max(ofTitle, this.#precision(names.fileName(document)));
  }

  /** How much the heading at or above the chunk and the query say the same: the harmonic mean of what each has of the other. */
  headingMatch(segment: Segment, chunk: number): number {
    const terms = namingTermsOf(segment).heading(chunk);
    let rarity = 0;
    for (const term of terms) rarity += this.#asked.get(term)?.rarity ?? 0;
    if (rarity === 0) return 0;
    const recall = rarity / this.#queryRarity;
    const precision = this.#precision(terms);
    return (2 * precision * recall) / (precision + recall);
  }

  #precision(terms: readonly string[]): number {
    let matches = 0;
    for (const term of terms) matches += this.#asked.get(term)?.share ?? 0;
    return terms.length === 0 ? 0 : matches / terms.length;
  }
}
