import { expect, test } from 'vitest';
import { dequantize, embeddingText, LocalEmbedder, quantize } from '../../../dist/search/embedding/index.js';

const embedder = new LocalEmbedder();

async function vectorOf(text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text]);
  return vector ?? new Float32Array();
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, component, index) => sum + component * (right[index] ?? 0), 0);
}

async function similarity(left: string, right: string): Promise<number> {
  return dot(await vectorOf(left), await vectorOf(right));
}

test('vectors have unit length and the promised dimension', async () => {
  const vector = await vectorOf('How to configure the server');
  expect(vector).toHaveLength(embedder.dimension);
  expect(dot(vector, vector)).toBeCloseTo(1, 5);
});

test('a text without a word has the zero vector', async () => {
  expect((await vectorOf(' … ')).every((component) => component === 0)).toBe(true);
});

test('texts that share words or parts of words are nearer than others', async () => {
  expect(await similarity('configure the router', 'configuration of routers')).toBeGreaterThan(0.6);
  expect(await similarity('reconfigured', 'misconfiguration')).toBeGreaterThan(
    await similarity('reconfigured', 'butterfly'),
  );
  expect(await similarity('authentification', 'authentication')).toBeGreaterThan(
    await similarity('authentification', 'rendering'),
  );
  expect(await similarity('日本語の文書', '日本語')).toBeGreaterThan(await similarity('日本語の文書', '한국어'));
});

test('stop words count only when there is nothing else', async () => {
  expect(await similarity('the cat and the dog', 'cat dog')).toBeCloseTo(1, 5);
  expect(await similarity('to be or not to be', 'not to be or to be')).toBeCloseTo(1, 5);
});

test('vectors are the same on every platform and in every version of this id', async () => {
  const { codes, scale } = quantize(await vectorOf('Snapshots share what did not change: useState, 日本語, v2.0.1'));
  expect({ codes: [...codes.slice(0, 16)], scale: scale.toPrecision(5) }).toMatchInlineSnapshot(`
    {
      "codes": [
        0,
        0,
        106,
        0,
        0,
        0,
        0,
        0,
        0,
        -21,
        0,
        -52,
        37,
        -21,
        0,
        0,
      ],
      "scale": "0.0024022",
    }
  `);
  expect(embedder.id).toBe('local-256-v1');
});

test('a vector does not depend on what was embedded with it or before', async () => {
  const alone = await new LocalEmbedder().embed(['stable words']);
  const among = await embedder.embed(['other', 'stable words', 'stable words again']);
  expect(among[1]).toEqual(alone[0]);
});

test('quantising loses less than half a third of a step, and less than half a step without residuals', async () => {
  const vector = await vectorOf('some words to quantise');
  const quantized = quantize(vector);
  const without = { ...quantized, residuals: new Uint8Array(quantized.residuals.length) };
  const lossOf = (back: Float32Array): number =>
    Math.max(...vector.map((component, index) => Math.abs(component - (back[index] ?? 0)))) / quantized.scale;
  expect(lossOf(dequantize(quantized))).toBeLessThan(0.501 / 3);
  expect(lossOf(dequantize(without))).toBeLessThan(0.501);
  expect(Math.max(...quantized.codes.map(Math.abs))).toBe(127);
});

test('a zero vector survives quantising', () => {
  expect(quantize(new Float32Array(4))).toEqual({ codes: new Int8Array(4), residuals: new Uint8Array(1), scale: 0 });
  expect([...dequantize(quantize(new Float32Array(2)))]).toEqual([0, 0]);
});

test('the embedder reads title, headings and text, without markup', () => {
  const text = '## Use it\n\nSee [guide](../a.md "t") <Tip kind="x">now</Tip> <!-- not\nthis -->\n\n```js\nrun()\n```';
  expect(embeddingText({ title: 'T', headingPath: ['A', 'Use it'], text })).toBe(
    'T > A > Use it\n\nUse it\n\nSee [guide] now \n\n js\nrun()',
  );
  expect(embeddingText({ title: 'A', headingPath: ['A', 'B'], text: 'x' })).toBe('A > B\n\nx');
});
