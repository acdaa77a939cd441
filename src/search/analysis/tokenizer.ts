import { CONNECTOR, classOfCharacter, endOfClass, SEPARATOR, UNSPACED, WORD } from './character-classes.js';
import { type TermList, TermSink } from './term-list.js';
import { currentVocabulary, type Vocabulary } from './vocabulary.js';

/** An index term and the range of the word it comes from, in UTF-16 code units; several terms may share one range. */
export interface TermOccurrence {
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

/** What one character of an unspaced script counts as, in words: an English word is about two Han or Kana characters. */
const WORDS_PER_UNSPACED_CHARACTER = 0.5;

/**
 * Appends the index terms of a text, in order, to `terms`.
 *
 * @returns the length of the text in words.
 */
export function appendTerms(text: string, terms: TermSink): number {
  const collector = new TermCollector(text, terms);
  forEachWord(text, collector);
  return collector.words;
}

/** The index terms of a text in order, repeats kept. */
export function termsOfText(text: string, vocabulary: Vocabulary): TermList {
  const terms = new TermSink(vocabulary);
  appendTerms(text, terms);
  return terms.list();
}

/** The same as texts. */
export function tokenize(text: string): readonly string[] {
  return termsOfText(text, currentVocabulary()).texts();
}

/** The same terms with the place of each. */
export function tokenizeWithOffsets(text: string): readonly TermOccurrence[] {
  const occurrences: TermOccurrence[] = [];
  const vocabulary = currentVocabulary();
  forEachWord(text, {
    word(start, end) {
      for (const term of vocabulary.termsOfWord(text, start, end)) {
        occurrences.push({ term: vocabulary.text(term), start, end });
      }
    },
    bigram(run, from, to, start, end) {
      occurrences.push({ term: run.slice(from, to), start, end });
    },
  });
  return occurrences;
}

/** As `tokenizeWithOffsets`, of some terms only, which takes a fraction of the time. */
export function findTerms(text: string, wanted: ReadonlySet<string>): readonly TermOccurrence[] {
  const occurrences: TermOccurrence[] = [];
  const vocabulary = currentVocabulary();
  const note = (term: string, start: number, end: number): void => {
    if (wanted.has(term)) occurrences.push({ term, start, end });
  };
  const visitor: WordVisitor = {
    word: (start, end) => {
      for (const term of vocabulary.termsOfWord(text, start, end)) note(vocabulary.text(term), start, end);
    },
    bigram: (run, from, to, start, end) => note(run.slice(from, to), start, end),
  };
  // What is not ASCII may have been folded.
  if (!/^[\0-\x7f]*$/.test(text)) forEachWord(text, visitor);
  else forEachStretch(text, wanted, (start, end) => forEachWord(text, visitor, start, end));
  return occurrences;
}

/** A class, so that the loop that sees every document is compiled once for all texts. */
class TermCollector implements WordVisitor {
  words = 0;
  readonly #text: string;
  readonly #terms: TermSink;

  constructor(text: string, terms: TermSink) {
    this.#text = text;
    this.#terms = terms;
  }

  word(start: number, end: number): void {
    const found = this.#terms.vocabulary.termsOfWord(this.#text, start, end);
    for (let index = 0; index < found.length; index++) this.#terms.push(found[index] ?? 0);
    if (found.length > 0) this.words++;
  }

  bigram(run: string, from: number, to: number): void {
    this.#terms.push(this.#terms.vocabulary.termOfBigram(run, from, to));
    this.words += WORDS_PER_UNSPACED_CHARACTER;
  }
}

/**
 * Visits what stands between separators and can have one of the terms, which most of a text cannot. What a term comes from
 * holds all of it but its last letter: stemming takes away an ending and may put one letter in its place; `dying` and its
 * like give three letters, of which the first stays.
 */
function forEachStretch(text: string, terms: ReadonlySet<string>, visit: (start: number, end: number) => void): void {
  const lower = text.toLowerCase();
  const places: number[] = [];
  for (const term of terms) {
    const sure = term.slice(0, term.length > 3 ? -1 : 1);
    for (let place = lower.indexOf(sure); place !== -1; place = lower.indexOf(sure, place + 1)) places.push(place);
  }
  let visited = 0;
  for (const place of places.sort((a, b) => a - b)) {
    if (place < visited) continue;
    let start = place;
    while (start > visited && classOfCharacter(text, start - 1) !== SEPARATOR) start--;
    visited = place;
    while (visited < text.length && classOfCharacter(text, visited) !== SEPARATOR) visited++;
    visit(start, visited);
  }
}

/** Takes in the words of a text, in order. */
export interface WordVisitor {
  /** A word of a spaced script with its connectors inside (`don't`, `v-model`, `2.0.1`); see `termsOfWord`. */
  word(start: number, end: number): void;
  /**
   * Two neighbouring characters of an unspaced script, or one that stands alone, a term by itself: `from` to `to` of the
   * run of such characters, in NFKC, which stand at `start` to `end` of the text.
   */
  bigram(run: string, from: number, to: number, start: number, end: number): void;
}

/** @param from where a separator ends @param to where one begins; by default the whole text */
export function forEachWord(text: string, visitor: WordVisitor, from = 0, to: number = text.length): void {
  const length = text.length;
  let position = from;
  while (position < to) {
    const kind = classOfCharacter(text, position);
    if (kind !== WORD && kind !== UNSPACED) {
      position++;
      continue;
    }
    const start = position;
    position = endOfClass(text, position, kind);
    if (kind === UNSPACED) {
      visitBigrams(text, start, position, visitor);
      continue;
    }
    while (
      position + 1 < length &&
      classOfCharacter(text, position) === CONNECTOR &&
      classOfCharacter(text, position + 1) === WORD
    ) {
      position = endOfClass(text, position + 1, WORD);
    }
    visitor.word(start, position);
  }
}

function visitBigrams(text: string, start: number, end: number, visitor: WordVisitor): void {
  const run = text.slice(start, end);
  const normal = run.normalize('NFKC');
  // Half-width kana compose when normalised, and then only the run as a whole has a place in the text.
  const isExact = normal === run;
  const firstLength = lengthOfCharacter(normal, 0);
  if (firstLength >= normal.length) {
    if (normal !== '') visitor.bigram(normal, 0, normal.length, start, end);
    return;
  }
  let first = 0;
  let second = firstLength;
  while (second < normal.length) {
    const behind = second + lengthOfCharacter(normal, second);
    visitor.bigram(normal, first, behind, isExact ? start + first : start, isExact ? start + behind : end);
    first = second;
    second = behind;
  }
}

function lengthOfCharacter(text: string, position: number): number {
  return (text.charCodeAt(position) & 0xfc00) === 0xd800 ? 2 : 1;
}
