/** Words remembered with their pieces; when that many are known they are all forgotten. */
const REMEMBERED_WORDS = 20_000;

/** How a WordPiece model cuts words. */
export interface WordPieceRules {
  /** Pieces and their numbers. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The number of what cannot be cut into pieces. */
  readonly unknown: number;
  /** Stands before every piece but the first of a word, `##` with BERT. */
  readonly continuation: string;
  /** Longer words are unknown. In characters. */
  readonly longestWord: number;
}

/**
 * WordPiece: a word is cut into the longest pieces of the vocabulary from left to right; one that cannot be cut is
 * unknown as a whole. Schuster and Nakajima, "Japanese and Korean voice search" (2012).
 */
export class WordPiece {
  readonly #rules: WordPieceRules;
  readonly #longestPiece: number;
  readonly #known = new Map<string, readonly number[]>();

  constructor(rules: WordPieceRules) {
    this.#rules = rules;
    let longest = 0;
    for (const piece of rules.vocabulary.keys()) longest = Math.max(longest, piece.length);
    this.#longestPiece = longest;
  }

  /** The numbers of the word's pieces. */
  pieces(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const pieces = this.#cut(word);
    if (this.#known.size >= REMEMBERED_WORDS) this.#known.clear();
    this.#known.set(word, pieces);
    return pieces;
  }

  #cut(word: string): readonly number[] {
    const { unknown, longestWord } = this.#rules;
    // A character is one or two code units.
    if (word.length > longestWord && [...word].length > longestWord) return [unknown];
    const pieces: number[] = [];
    let start = 0;
    while (start < word.length) {
      const piece = this.#longestAt(word, start);
      if (piece === undefined) return [unknown];
      pieces.push(piece.number);
      start = piece.end;
    }
    return pieces;
  }

  #longestAt(word: string, start: number): { readonly number: number; readonly end: number } | undefined {
    const { vocabulary, continuation } = this.#rules;
    const prefix = start === 0 ? '' : continuation;
    for (let end = Math.min(word.length, start + this.#longestPiece); end > start; end--) {
      const number = vocabulary.get(prefix + word.slice(start, end));
      if (number !== undefined) return { number, end };
    }
    return undefined;
  }
}
