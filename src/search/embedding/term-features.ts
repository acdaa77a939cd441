import { isStopTerm } from '../analysis/stop-words.js';
import type { Vocabulary } from '../analysis/vocabulary.js';

/** Weight of all character n-grams beside that of the word itself, which is 1, as the length of their sum. */
const NGRAM_WEIGHT = 0.7;
const SHORTEST_NGRAM = 3;
const LONGEST_NGRAM = 5;

/** A feature is kept as its component of the sum, with this bit where its sign is minus. */
const MINUS = 0x8000;

/**
 * What each term of a vocabulary adds to the sum of a text: the term itself and its n-grams of 3 to 5 UTF-16 code units,
 * each hashed to one component of the sum, with a sign. They are found out when a term is first met.
 */
export class TermFeatures {
  readonly #vocabulary: Vocabulary;
  readonly #dimension: number;
  /** The features of all terms met, side by side. */
  #features = new Uint16Array(1024);
  #length = 0;
  /** Where the features of each term begin and end; both 0 for a term that was not met. */
  #starts = new Uint32Array(0);
  #ends = new Uint32Array(0);
  /** 1 for the stop words among the terms met. */
  #isStop = new Uint8Array(0);

  /** @param dimension components of the sum, a power of two of at most 32,768 */
  constructor(vocabulary: Vocabulary, dimension: number) {
    this.#vocabulary = vocabulary;
    this.#dimension = dimension;
  }

  /** True for the number of a stop word. */
  isStopTerm(term: number): boolean {
    if (!this.#isMet(term)) this.#meet(term);
    return this.#isStop[term] === 1;
  }

  /** Adds a term to the sum of a text. */
  add(term: number, weight: number, sum: Float64Array): void {
    if (!this.#isMet(term)) this.#meet(term);
    const start = this.#starts[term] ?? 0;
    const end = this.#ends[term] ?? 0;
    addFeature(this.#features[start] ?? 0, weight, sum);
    // The signs are as good as random, so n features of weight w have a sum of length w·√n.
    const ngramWeight = (weight * NGRAM_WEIGHT) / Math.sqrt(end - start - 1);
    for (let place = start + 1; place < end; place++) addFeature(this.#features[place] ?? 0, ngramWeight, sum);
  }

  #isMet(term: number): boolean {
    return (this.#ends[term] ?? 0) > 0;
  }

  #meet(term: number): void {
    const text = this.#vocabulary.text(term);
    const features = featuresOf(text, this.#dimension);
    if (term >= this.#ends.length) this.#makeRoomForTerms();
    if (this.#length + features.length > this.#features.length) {
      const grown = new Uint16Array(2 * (this.#length + features.length));
      grown.set(this.#features);
      this.#features = grown;
    }
    this.#features.set(features, this.#length);
    this.#starts[term] = this.#length;
    this.#length += features.length;
    this.#ends[term] = this.#length;
    this.#isStop[term] = isStopTerm(text) ? 1 : 0;
  }

  #makeRoomForTerms(): void {
    const size = 2 * this.#vocabulary.size;
    const [starts, ends, isStop] = [new Uint32Array(size), new Uint32Array(size), new Uint8Array(size)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    isStop.set(this.#isStop);
    this.#starts = starts;
    this.#ends = ends;
    this.#isStop = isStop;
  }
}

function addFeature(feature: number, weight: number, sum: Float64Array): void {
  const component = feature & ~MINUS;
  sum[component] = (sum[component] ?? 0) + (feature >= MINUS ? -weight : weight);
}

/** The term itself, then its n-grams. */
function featuresOf(term: string, dimension: number): readonly number[] {
  const features = [featureOf(hashOf(term, HASH_OF_WORD), dimension)];
  if (term.length < SHORTEST_NGRAM) return features;
  // With a mark at both ends, so that beginnings and endings differ from middles.
  const marked = `<${term}>`;
  const length = marked.length;
  for (let start = 0; start + SHORTEST_NGRAM <= length; start++) {
    let hash = HASH_OF_NGRAM;
    const end = Math.min(length, start + LONGEST_NGRAM);
    for (let position = start; position < end; position++) {
      hash = Math.imul(hash ^ marked.charCodeAt(position), FNV_PRIME);
      if (position - start + 1 >= SHORTEST_NGRAM) features.push(featureOf(hash, dimension));
    }
  }
  return features;
}

const FNV_PRIME = 0x0100_0193;
/** Two beginnings, so that a word and an n-gram of the same letters are different features. */
const HASH_OF_WORD = 0x811c_9dc5;
const HASH_OF_NGRAM = 0x2f0b_4c47;

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), FNV_PRIME);
  }
  return hash;
}

function featureOf(hash: number, dimension: number): number {
  // The finish of MurmurHash3, since the bits of FNV alone are uneven.
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  mixed ^= mixed >>> 16;
  return (mixed & (dimension - 1)) | (mixed < 0 ? MINUS : 0);
}
