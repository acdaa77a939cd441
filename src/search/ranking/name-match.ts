import { isStopTerm, tokenize } from '../analysis/index.js';

/** Compares the names of a document, and of its parts, with a query. Stop words count on neither side. */
export class NameMatch {
  readonly #rarities: ReadonlyMap<string, number>;
  readonly #queryRarity: number;

  /**
   * @param rarities what each term of the query is worth
   * @param queryRarity the sum of them
   */
  constructor(rarities: ReadonlyMap<string, number>, queryRarity: number) {
    this.#rarities = rarities;
    this.#queryRarity = queryRarity;
  }

  /** Share of the title's terms, or of the file name's if that is more, that the query has. */
  titlePrecision(title: string, path: string): number {
    const ofTitle = this.#precision(namingTerms(title));
    return ofTitle === 1 ? 1 : Math.max(ofTitle, this.#precision(namingTerms(fileNameOf(path))));
  }

  /** How much heading and query say the same: the harmonic mean of what each has of the other. */
  headingMatch(heading: string): number {
    const terms = namingTerms(heading);
    let rarity = 0;
    for (const term of terms) rarity += this.#rarities.get(term) ?? 0;
    if (rarity === 0) return 0;
    const recall = rarity / this.#queryRarity;
    const precision = this.#precision(terms);
    return (2 * precision * recall) / (precision + recall);
  }

  #precision(terms: ReadonlySet<string>): number {
    let matches = 0;
    for (const term of terms) if (this.#rarities.has(term)) matches++;
    return terms.size === 0 ? 0 : matches / terms.size;
  }
}

/** The distinct terms of a name, without stop words unless it has nothing else. */
function namingTerms(name: string): ReadonlySet<string> {
  const all = tokenize(name);
  const naming = all.filter((term) => !isStopTerm(term));
  return new Set(naming.length > 0 ? naming : all);
}

function fileNameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/(?<=.)\.[^.]*$/, '');
}
