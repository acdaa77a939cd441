import { TermSink } from '../analysis/term-list.js';
import { appendTerms } from '../analysis/tokenizer.js';
import { currentVocabulary, type Vocabulary } from '../analysis/vocabulary.js';
import { requireTexts } from './embed-arguments.js';
import type { OpenEmbedder } from './open-embedder.js';
import { TermFeatures } from './term-features.js';
import type { ThreadEmbedding } from './thread-embedding.js';
import { toUnitLength } from './unit-length.js';

const DIMENSION = 256;

/** How much a term of the title and the headings counts beside one of the text. */
const HEADING_WEIGHT = 2;

/**
 * The default embedder: needs no download, no native code and no network, and gives the same vectors on every platform.
 *
 * What it is, honestly: not a language model. It hashes word stems and their character n-grams into 256 components, so
 * texts are near each other when they share words, parts of words or near-spellings (`configure`, `reconfiguration`,
 * `config`). It knows no synonyms: `car` and `automobile` are strangers. It helps keyword search with word forms,
 * compounds and typing errors, and finds similar documents; for meaning, configure a model.
 */
export class LocalEmbedder implements OpenEmbedder {
  readonly id: string = 'local-256-v1';
  readonly dimension: number = DIMENSION;
  readonly threadEmbedding: ThreadEmbedding = { kind: 'local' };

  #counts = new TermCounts(currentVocabulary());

  /** @throws SearchError INVALID_REQUEST */
  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    requireTexts(texts);
    return texts.map((text) => this.#vectorOf(text));
  }

  #vectorOf(text: string): Float32Array {
    const vocabulary = currentVocabulary();
    if (this.#counts.vocabulary !== vocabulary) this.#counts = new TermCounts(vocabulary);
    this.#counts.count(text);
    return toUnitLength(this.#counts.sumOfFeatures());
  }
}

/** Counts the terms of a passage at a time, in arrays that are as long as the vocabulary is large. */
class TermCounts {
  readonly vocabulary: Vocabulary;
  readonly #terms: TermSink;
  readonly #features: TermFeatures;
  /** By term; all zero in between. */
  #counts = new Uint32Array(0);
  /** The distinct terms in order of appearance. */
  readonly #distinct: TermSink;

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
    this.#terms = new TermSink(vocabulary);
    this.#distinct = new TermSink(vocabulary);
    this.#features = new TermFeatures(vocabulary, DIMENSION);
  }

  /** Counts a passage; terms before the first blank line, those of its title and headings, count more. */
  count(text: string): void {
    this.#terms.clear();
    this.#distinct.clear();
    const end = Math.max(0, text.indexOf('\n\n'));
    if (end > 0) appendTerms(text.slice(0, end), this.#terms);
    const headingTerms = this.#terms.length;
    appendTerms(text.slice(end), this.#terms);
    if (this.#counts.length < this.vocabulary.size) this.#counts = new Uint32Array(2 * this.vocabulary.size);
    const terms = this.#terms.collected;
    for (let index = 0; index < terms.length; index++) {
      const term = terms[index] ?? 0;
      const before = this.#counts[term] ?? 0;
      if (before === 0) this.#distinct.push(term);
      this.#counts[term] = before + (index < headingTerms ? HEADING_WEIGHT : 1);
    }
  }

  /** What the counted terms come to; they are forgotten. Stop words are left out, unless there is nothing else. */
  sumOfFeatures(): Float64Array {
    const sum = new Float64Array(DIMENSION);
    const distinct = this.#distinct.collected;
    const hasMeaning = distinct.some((term) => !this.#features.isStopTerm(term));
    for (const term of distinct) {
      // The tenth mention says less than the second.
      const weight = 1 + Math.log(this.#counts[term] ?? 0);
      this.#counts[term] = 0;
      if (!hasMeaning || !this.#features.isStopTerm(term)) this.#features.add(term, weight, sum);
    }
    return sum;
  }
}
