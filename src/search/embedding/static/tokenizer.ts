import { z } from 'zod';
import { type AddedToken, splitAtTokens, type TextPart } from './added-tokens.js';
import { invalidModel } from './invalid-model.js';
import { type Normalize, normalizerOf } from './normalizer.js';
import { type CutIntoWords, preTokenizerOf } from './pre-tokenizer.js';
import { WordPiece } from './word-piece.js';

const idSchema = z.int().nonnegative().max(0x7fff_ffff);
const addedTokenSchema = z.looseObject({
  id: idSchema,
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(false),
});
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).nullable().default([]),
  normalizer: z.unknown(),
  pre_tokenizer: z.unknown(),
  model: z.looseObject({ type: z.string().optional() }),
});
const wordPieceSchema = z.looseObject({
  unk_token: z.string().default('[UNK]'),
  continuing_subword_prefix: z.string().default('##'),
  max_input_chars_per_word: z.int().positive().default(100),
  vocab: z.record(z.string(), idSchema),
});

const known = new WeakMap<Uint8Array, Tokenizer>();

/** The tokenizer of these bytes, made once: a large vocabulary takes a while. @throws as `new Tokenizer` */
export function tokenizerOf(file: string, bytes: Uint8Array): Tokenizer {
  const ready = known.get(bytes);
  if (ready !== undefined) return ready;
  const tokenizer = new Tokenizer(file, bytes);
  known.set(bytes, tokenizer);
  return tokenizer;
}

/** Turns a text into numbers of tokens, as a `tokenizer.json` of the WordPiece kind says. */
export class Tokenizer {
  /** The number that stands for whatever has none. */
  readonly unknown: number;
  /** One above the highest number of a token. */
  readonly size: number;
  /** Half of the tokens are no longer than this, in characters. */
  readonly medianTokenLength: number;
  readonly #normalize: Normalize;
  readonly #cut: CutIntoWords;
  readonly #pieces: WordPiece;
  readonly #splitRaw: (text: string) => readonly TextPart[];
  readonly #splitTidied: (text: string) => readonly TextPart[];

  /**
   * @param file what errors call it
   * @param bytes of the tokenizer.json
   * @throws SearchError EMBEDDER_MODEL_INVALID if it is damaged, or of a kind that is not understood
   */
  constructor(file: string, bytes: Uint8Array) {
    const parsed = tokenizerSchema.safeParse(parseJson(file, bytes));
    if (!parsed.success) throw invalidModel(file, 'it does not describe a tokenizer', parsed.error);
    const { model, normalizer, pre_tokenizer: preTokenizer } = parsed.data;
    const kind = model.type ?? 'unnamed';
    if (kind !== 'WordPiece')
      throw invalidModel(file, `a tokenizer of kind "${kind}" is not understood, only WordPiece`);
    const rules = wordPieceSchema.safeParse(model);
    if (!rules.success) throw invalidModel(file, 'the WordPiece model is not described', rules.error);
    const vocabulary = new Map(Object.entries(rules.data.vocab));
    const unknown = vocabulary.get(rules.data.unk_token);
    if (unknown === undefined) {
      throw invalidModel(file, `the vocabulary lacks its unknown token ${JSON.stringify(rules.data.unk_token)}`);
    }
    const added = parsed.data.added_tokens ?? [];
    const all = new Map([...vocabulary, ...added.map(({ content, id }): [string, number] => [content, id])]);
    this.unknown = unknown;
    this.size = highest(all.values()) + 1;
    this.medianTokenLength = medianLength([...all.keys()]);
    this.#normalize = normalizerOf(file, normalizer);
    this.#cut = preTokenizerOf(file, preTokenizer);
    this.#pieces = new WordPiece({
      vocabulary,
      unknown,
      continuation: rules.data.continuing_subword_prefix,
      longestWord: rules.data.max_input_chars_per_word,
    });
    this.#splitRaw = splitAtTokens(added.filter(({ normalized }) => !normalized));
    this.#splitTidied = splitAtTokens(added.filter(({ normalized }) => normalized).map(tidiedBy(this.#normalize)));
  }

  /** The tokens of a text, without those that stand for its beginning and end. */
  encode(text: string): readonly number[] {
    const tokens: number[] = [];
    for (const part of this.#splitRaw(text)) {
      if (typeof part === 'number') tokens.push(part);
      else this.#encodeTidied(this.#normalize(part), tokens);
    }
    return tokens;
  }

  #encodeTidied(text: string, into: number[]): void {
    for (const part of this.#splitTidied(text)) {
      if (typeof part === 'number') into.push(part);
      else for (const word of this.#cut(part)) into.push(...this.#pieces.pieces(word));
    }
  }
}

function tidiedBy(normalize: Normalize): (token: AddedToken) => AddedToken {
  return (token) => ({ ...token, content: normalize(token.content) });
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw invalidModel(file, 'it is no JSON', cause);
  }
}

function highest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

function medianLength(tokens: readonly string[]): number {
  const lengths = Uint32Array.from(tokens, (token) => [...token].length).sort();
  const middle = lengths.length >>> 1;
  const upper = lengths[middle] ?? 0;
  return lengths.length % 2 === 1 ? upper : Math.floor(((lengths[middle - 1] ?? 0) + upper) / 2);
}
