import type { Check } from '../../../arguments/index.js';
import { requireAllowed } from '../../request-checks.js';
import { requireTexts } from '../embed-arguments.js';
import type { OpenEmbedder } from '../open-embedder.js';
import type { ThreadEmbedding } from '../thread-embedding.js';
import { toUnitLength } from '../unit-length.js';
import type { StaticModel } from './static-model.js';
import { type Tokenizer, tokenizerOf } from './tokenizer.js';

const MODEL: Check = {
  expected: 'a model that `readStaticModel` has read',
  allows: (value) => {
    const { id, tokenizer, rows } = Object(value);
    return typeof id === 'string' && tokenizer instanceof Uint8Array && rows instanceof Float32Array;
  },
};

/** Tokens of a text that count, as with model2vec. */
const MOST_TOKENS = 512;
/** Texts that are embedded before others get a turn. */
const TEXTS_PER_TURN = 32;

/** Embeds with a table of token vectors: a text is the mean of its tokens. Small, quick, and the same everywhere. */
export class StaticEmbedder implements OpenEmbedder {
  readonly id: string;
  readonly dimension: number;
  readonly model: StaticModel;
  readonly threadEmbedding: ThreadEmbedding;
  readonly #tokenizer: Tokenizer;

  /** @throws SearchError EMBEDDER_MODEL_INVALID if the tokenizer is not understood; INVALID_REQUEST for what is no model */
  constructor(model: StaticModel) {
    requireAllowed('model', model, MODEL);
    this.id = model.id;
    this.dimension = model.dimension;
    this.model = model;
    this.threadEmbedding = { kind: 'static', model };
    this.#tokenizer = tokenizerOf('tokenizer.json', model.tokenizer);
  }

  /** @throws SearchError INVALID_REQUEST */
  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    requireTexts(texts);
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      if (vectors.length % TEXTS_PER_TURN === TEXTS_PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
      vectors.push(toUnitLength(this.meanOf(text)));
    }
    return vectors;
  }

  /**
   * The mean of the text's token vectors, not brought to any length: what model2vec gives with `normalize` off. All
   * zero for a text without a known token.
   */
  meanOf(text: string): Float64Array {
    const { rows, dimension, mapping, weights } = this.model;
    const sum = new Float64Array(dimension);
    const tokens = this.#tokensOf(text);
    for (const token of tokens) {
      const start = (mapping?.[token] ?? token) * dimension;
      const weight = weights?.[token] ?? 1;
      for (let component = 0; component < dimension; component++) {
        sum[component] = (sum[component] ?? 0) + weight * (rows[start + component] ?? 0);
      }
    }
    return tokens.length === 0 ? sum : sum.map((component) => component / tokens.length);
  }

  #tokensOf(text: string): readonly number[] {
    const { unknown, medianTokenLength } = this.#tokenizer;
    const known = this.#tokenizer.encode(beginningOf(text, MOST_TOKENS * medianTokenLength));
    return known.filter((token) => token !== unknown).slice(0, MOST_TOKENS);
  }
}

let latest: StaticEmbedder | undefined;

/** The embedder of a model in this thread, which is made ready once. @throws SearchError EMBEDDER_MODEL_INVALID */
export function staticEmbedderOf(model: StaticModel): StaticEmbedder {
  if (latest?.id !== model.id) latest = new StaticEmbedder(model);
  return latest;
}

/** The first characters of a text. */
function beginningOf(text: string, characters: number): string {
  return text.length <= characters ? text : [...text.slice(0, 2 * characters)].slice(0, characters).join('');
}
