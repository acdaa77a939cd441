import { isStopTerm, tokenize } from '../analysis/index.js';

/** Names remembered with their terms, some 10 MB; when that many are known they are all forgotten. */
const REMEMBERED_NAMES = 20_000;

const known = new Map<string, readonly string[]>();

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

  #precision(terms: readonly string[]): number {
    let matches = 0;
    for (const term of terms) if (this.#rarities.has(term)) matches++;
    return terms.length === 0 ? 0 : matches / terms.length;
  }
}

/** The distinct terms of a name, without stop words unless it has nothing else. */
function namingTerms(name: string): readonly string[] {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const all = [...new Set(tokenize(name))];
  const naming = all.filter((term) => !isStopTerm(term));
  const terms = naming.length > 0 ? naming : all;
  if (known.size >= REMEMBERED_NAMES) known.clear();
  known.set(name, terms);
  return terms;
}

function fileNameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/(?<=.)\.[^.]*$/, '');
}
