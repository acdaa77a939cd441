/**
 * The real package cannot be had here, so what is tried is the adapter: with a small package of the same name and the
 * same calls, written into a project of its own. No model of the real package runs in these tests.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TransformersEmbedder } from '../../../dist/search/embedding/transformers/transformers-embedder.js';

const PIPELINE = `
let runs = 0;
export async function pipeline(task, model) {
  console.log('loading, in a place where a protocol would be spoken');
  if (task !== 'feature-extraction') throw new Error('task ' + task);
  if (model === 'missing') throw new Error('no model of that name');
  return async (texts, options) => {
    if (options.pooling !== 'mean' || options.normalize !== true) throw new Error('options');
    if (texts.includes('fail')) throw new Error('cannot run this');
    const dimension = texts.includes('narrow') ? 1 : 2;
    const data = new Float32Array(texts.length * dimension);
    texts.forEach((text, place) => { data[place * dimension] = text.length; if (dimension > 1) data[place * dimension + 1] = texts.length; });
    return { data, dims: [texts.length, dimension] };
  };
}
`;

/** A folder in which a package of that name is installed. */
async function projectWithPackage(): Promise<string> {
  const root = await emptyProject();
  const folder = join(root, 'node_modules/@huggingface/transformers');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    '{"name":"@huggingface/transformers","type":"module","exports":"./index.js"}',
  );
  await writeFile(join(folder, 'index.js'), PIPELINE);
  return root;
}

async function emptyProject(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'snapdex-transformers-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

async function embedderOf(
  options: { readonly model?: string; readonly queryPrefix?: string } = {},
): Promise<TransformersEmbedder> {
  const embedder = new TransformersEmbedder({
    model: 'tiny',
    packageFolders: [await projectWithPackage()],
    batchSize: 2,
    ...options,
  });
  onTestFinished(() => embedder.close());
  return embedder;
}

test('without the package the error says what to install, and where it was looked for', async () => {
  const root = await emptyProject();
  expect(() => new TransformersEmbedder({ model: 'tiny', packageFolders: [root] })).toThrow(
    expect.objectContaining({
      code: 'EMBEDDER_NOT_INSTALLED',
      message: expect.stringContaining(root),
      remedy: expect.stringContaining('npm install @huggingface/transformers'),
    }),
  );
});

test('texts are embedded in batches, in order, with unit length', async () => {
  const embedder = await embedderOf();
  const vectors = await embedder.embed(['aaa', 'aaaa', 'a']);
  const expected = [
    [3, 2],
    [4, 2],
    [1, 1],
  ];
  for (const [place, [x = 0, y = 0]] of expected.entries()) {
    const length = Math.hypot(x, y);
    expect([...(vectors[place] ?? [])]).toEqual([Math.fround(x / length), Math.fround(y / length)]);
  }
  expect([embedder.id, embedder.dimension]).toEqual(['transformers:tiny', 2]);
});

test('a question gets its prefix', async () => {
  const embedder = await embedderOf({ queryPrefix: '12345' });
  const [[x = 0] = []] = await embedder.embed(['1'], 'query');
  expect(x).toBeCloseTo(6 / Math.hypot(6, 1), 6);
});

test('a failure of one run is told, and the next one works', async () => {
  const embedder = await embedderOf();
  await expect(embedder.embed(['fail'])).rejects.toMatchObject({
    code: 'EMBEDDER_UNAVAILABLE',
    message: expect.stringContaining('cannot run this'),
  });
  expect(await embedder.embed(['a'])).toHaveLength(1);
});

test('a model that cannot be loaded is told by name', async () => {
  const embedder = await embedderOf({ model: 'missing' });
  await expect(embedder.embed(['a'])).rejects.toMatchObject({
    code: 'EMBEDDER_UNAVAILABLE',
    message: 'model "missing": no model of that name',
  });
});

test('vectors of another dimension than before are refused', async () => {
  const embedder = await embedderOf();
  await embedder.embed(['a']);
  await expect(embedder.embed(['narrow'])).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
});

test('closing ends what is under way', async () => {
  const embedder = await embedderOf();
  const running = embedder.embed(['a']);
  embedder.close();
  await expect(running).rejects.toMatchObject({ code: 'INDEX_CLOSED' });
  await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'INDEX_CLOSED' });
});
