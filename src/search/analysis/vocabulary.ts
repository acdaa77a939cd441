import { WordTable } from './word-table.js';
import { termsOfWord } from './word-terms.js';

/** Words are cut here: longer ones are hashes and encoded data, which still match by what they begin with. */
const LONGEST_WORD = 64;
/** Words remembered with their terms: those of some thousand documents, about 20 MB. */
const REMEMBERED_WORDS = 120_000;
const REMEMBERED_BIGRAMS = 60_000;
/** A vocabulary with so many terms is given up for a new one, which bounds its memory whatever it is fed. */
const MAXIMUM_TERMS = 200_000;

/**
 * Numbers for index terms, from 0 in the order in which they turned up. A word that was seen before costs neither a
 * substring nor a string to be hashed, and whoever counts terms, embeds or inverts them can do so in arrays. Numbers of one
 * vocabulary mean nothing in another one, and none is ever stored.
 */
export class Vocabulary {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #words = new WordTable<readonly number[]>(REMEMBERED_WORDS);
  readonly #bigrams = new WordTable<number>(REMEMBERED_BIGRAMS);

  /** How many terms have a number. */
  get size(): number {
    return this.#texts.length;
  }

  /** The term of that number; `''` if there is none. */
  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  /** The number of a term, which gets one if it has none yet. */
  numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#texts.length;
    const kept = detach(term);
    this.#texts.push(kept);
    this.#numbers.set(kept, number);
    return number;
  }

  /** The terms of the word at `start` to `end` of a text; see `termsOfWord`. */
  termsOfWord(text: string, start: number, end: number): readonly number[] {
    const remembered = this.#words.find(text, start, end);
    if (remembered !== undefined) return remembered;
    const word = text.slice(start, Math.min(end, start + LONGEST_WORD));
    const terms = termsOfWord(word).map((term) => this.numberOf(term));
    if (end - start <= LONGEST_WORD) this.#words.keep(detach(word), terms);
    return terms;
  }

  /** The term that a bigram of an unspaced script is by itself, at `start` to `end` of a text. */
  termOfBigram(text: string, start: number, end: number): number {
    const remembered = this.#bigrams.find(text, start, end);
    if (remembered !== undefined) return remembered;
    const number = this.numberOf(text.slice(start, end));
    this.#bigrams.keep(this.text(number), number);
    return number;
  }
}

let current = new Vocabulary();

/** The vocabulary for a text that is read now, the same for nearly all texts of a thread. */
export function currentVocabulary(): Vocabulary {
  if (current.size >= MAXIMUM_TERMS) current = new Vocabulary();
  return current;
}

/** A copy that does not keep the text alive from which it was cut. */
function detach(text: string): string {
  const encoding = /^[\0-\x7f]*$/.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}
