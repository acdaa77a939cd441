import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as Reference } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { readStaticModel, StaticEmbedder } from '../../../../dist/search/library.js';
import { bertTokenizer, DIMENSION, float32, modelFolder, ROWS, safetensors, VOCABULARY } from './tiny-model.js';

const invalid = (message: string): unknown =>
  expect.objectContaining({ code: 'EMBEDDER_MODEL_INVALID', message: expect.stringContaining(message) });

/** Of 35 tokens, the 18th by length. */
const MEDIAN_LENGTH = [...VOCABULARY].map((token) => token.length).sort((a, b) => a - b)[17] ?? 0;
const UNKNOWN = VOCABULARY.indexOf('[UNK]');

/**
 * What model2vec computes, written anew from its description: the reference tokenizer's tokens of the first characters,
 * 512 times the median length of a token, without unknown ones, at most 512; the mean of their rows, each times its weight; of unit length if the model says so.
 */
function referenceVector(
  text: string,
  { rows = ROWS, weights, mapping, normalize = true }: ReferenceModel = {},
): readonly number[] {
  const beginning = [...text].slice(0, 512 * MEDIAN_LENGTH).join('');
  const encoding = new Reference(bertTokenizer(), {}).encode(beginning, { add_special_tokens: false });
  const ids: readonly number[] = encoding.ids;
  const tokens = ids.filter((id) => id !== UNKNOWN).slice(0, 512);
  const mean = Array.from({ length: DIMENSION }, (_, component) => {
    const sum = tokens.reduce(
      (total, id) => total + (rows[mapping?.[id] ?? id]?.[component] ?? 0) * (weights?.[id] ?? 1),
      0,
    );
    return tokens.length === 0 ? 0 : sum / tokens.length;
  });
  const length = Math.hypot(...mean);
  return normalize && length > 0 ? mean.map((component) => component / length) : mean;
}

interface ReferenceModel {
  readonly rows?: readonly (readonly number[])[];
  readonly weights?: readonly number[];
  readonly mapping?: readonly number[];
  readonly normalize?: boolean;
}

async function embedderOf(...files: Parameters<typeof modelFolder>): Promise<StaticEmbedder> {
  return new StaticEmbedder(await readStaticModel(await modelFolder(...files)));
}

function expectNear(vector: Iterable<number> | undefined, reference: readonly number[]): void {
  const components = [...(vector ?? [])];
  expect(components).toHaveLength(reference.length);
  for (const [place, component] of components.entries()) expect(component).toBeCloseTo(reference[place] ?? 0, 6);
}

/** One that is cut by its characters, and one by its tokens. */
const LONG_TEXTS = [`${'snapshot '.repeat(150)}${'car '.repeat(400)}`, `${'a '.repeat(512)}${'car '.repeat(20)}`];

const TEXTS = ['The snapshots lock the store.', 'automobiles', '日本 Café 1!', ...LONG_TEXTS, 'nothing-known', ''];

test.each(TEXTS.map((text) => [text.slice(0, 40), text]))(
  '%j… has the vector that the reference gives',
  async (_, text) => {
    const embedder = await embedderOf();
    const [vector] = await embedder.embed([text]);
    expectNear(vector, referenceVector(text));
    expectNear(embedder.meanOf(text), referenceVector(text, { normalize: false }));
  },
);

test('the vocabulary has the length that the median is of', () => expect(VOCABULARY).toHaveLength(35));

test('weights and a mapping of tokens to rows count as in the reference', async () => {
  const rows = ROWS.slice(0, 5);
  const mapping = VOCABULARY.map((_, token) => token % 5);
  const weights = VOCABULARY.map((_, token) => Math.fround(1 / (token + 1)));
  const tensors = safetensors({
    embeddings: float32([rows.length, DIMENSION], rows.flat()),
    weights: { dtype: 'F64', shape: [weights.length], bytes: new Uint8Array(Float64Array.from(weights).buffer) },
    mapping: {
      dtype: 'I64',
      shape: [mapping.length],
      bytes: new Uint8Array(BigInt64Array.from(mapping, BigInt).buffer),
    },
  });
  const embedder = await embedderOf({ tensors });
  for (const text of TEXTS) {
    expectNear(embedder.meanOf(text), referenceVector(text, { rows, weights, mapping, normalize: false }));
  }
});

test('rows of one byte a number point where they are meant to', async () => {
  const rows = ROWS.map((row) => row.map((component) => Math.round(component * 127)));
  const bytes = new Uint8Array(Int8Array.from(rows.flat()).buffer);
  const embedder = await embedderOf({
    tensors: safetensors({ embeddings: { dtype: 'I8', shape: [VOCABULARY.length, DIMENSION], bytes } }),
  });
  const [vector] = await embedder.embed(['the car']);
  expectNear(vector, referenceVector('the car', { rows }));
});

test('a vector does not depend on what was embedded with it', async () => {
  const embedder = await embedderOf();
  const [alone] = await embedder.embed(['lock the store']);
  expect((await embedder.embed(['other', 'lock the store']))[1]).toEqual(alone);
});

test('the id names the content of the files, and nothing else', async () => {
  const first = await embedderOf();
  expect(first.id).toMatch(/^static-6-[0-9a-f]{16}$/);
  expect((await embedderOf()).id).toBe(first.id);
  const other = safetensors({
    embeddings: float32(
      [VOCABULARY.length, DIMENSION],
      ROWS.flat().map((x) => -x),
    ),
  });
  expect((await embedderOf({ tensors: other })).id).not.toBe(first.id);
});

const embeddingsOf = (shape: readonly number[], numbers: readonly number[]): Buffer =>
  safetensors({ embeddings: float32(shape, numbers) });
const sound = float32([VOCABULARY.length, DIMENSION], ROWS.flat());

test.each([
  ['fewer rows than tokens', { tensors: embeddingsOf([2, DIMENSION], ROWS.slice(0, 2).flat()) }, 'it has 2 tokens'],
  ['no embeddings', { tensors: safetensors({ other: sound }) }, 'no tensor "embeddings"'],
  ['embeddings of one dimension', { tensors: embeddingsOf([2], [1, 2]) }, 'the shape [2]'],
  ['embeddings without a number', { tensors: embeddingsOf([0, 0], []) }, 'the shape [0, 0]'],
  [
    'a number that is none',
    { tensors: embeddingsOf([VOCABULARY.length, DIMENSION], ROWS.flat().with(9, Number.NaN)) },
    'no number',
  ],
  ['weights for a few', { tensors: safetensors({ embeddings: sound, weights: float32([1], [1]) }) }, '1 weights'],
  [
    'a mapping out of the table',
    {
      tensors: safetensors({
        embeddings: sound,
        mapping: float32(
          [VOCABULARY.length],
          VOCABULARY.map(() => 99),
        ),
      }),
    },
    'rows that are none',
  ],
  ['a damaged configuration', { config: '{' }, 'config.json'],
])('a model with %s is refused', async (_, files, message) => {
  await expect(readStaticModel(await modelFolder(files))).rejects.toEqual(invalid(message));
});

test.each(['model.safetensors', 'tokenizer.json'])('a folder without %s is refused by name', async (name) => {
  const folder = await modelFolder();
  await rm(join(folder, name));
  await expect(readStaticModel(folder)).rejects.toEqual(invalid(`${name}": there is no such file`));
});

test.skipIf(process.platform === 'win32')(
  'a pipe in the place of a file is refused, and nobody waits for it',
  async () => {
    const folder = await modelFolder();
    await rm(join(folder, 'tokenizer.json'));
    execFileSync('mkfifo', [join(folder, 'tokenizer.json')]);
    await expect(readStaticModel(folder)).rejects.toEqual(invalid('tokenizer.json": it is no file'));
  },
);

test('a model without a config.json is taken', async () => {
  const folder = await modelFolder();
  await rm(join(folder, 'config.json'));
  expect((await readStaticModel(folder)).dimension).toBe(DIMENSION);
});
