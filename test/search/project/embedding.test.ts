import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EmbeddingOptions, IndexProblem, ProjectIndex, StatusAnswer } from '../../../dist/search/index.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { float32, modelFolder, safetensors, VOCABULARY } from '../embedding/static/tiny-model.js';
import { type Project, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

const DOCUMENTS = {
  'car.md': '# Car\n\nThe engine of a car.\n',
  'lock.md': '# Lock\n\nThe lock of a store.\n\n## Snapshots\n\nA snapshot of the store.\n',
  'cafe.md': '# Café\n\nA café.\n',
};

/** Passages of `DOCUMENTS`. */
const PASSAGES = 4;

const http = (url: string, more: Partial<EmbeddingOptions> = {}): EmbeddingOptions => ({
  embedder: 'http',
  model: 'tiny',
  url,
  timeoutMs: 2_000,
  ...more,
});

const embeddingOf = async (index: ProjectIndex): Promise<StatusAnswer['embedding']> => (await index.status()).embedding;

const untilEmbedded = (index: ProjectIndex): Promise<void> =>
  until(async () => {
    const { embedded, missing } = await embeddingOf(index);
    return missing === 0 && embedded > 0;
  });

async function serve(project: Project, embedding?: EmbeddingOptions): Promise<ProjectIndex> {
  const index = await project.open(embedding === undefined ? {} : { embedding });
  index.start();
  await untilCurrent(index);
  return index;
}

describe('an index whose embedder changes', () => {
  it('is embedded anew in the background, and says how far it is', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    const model = await modelFolder();
    const index = await project.open({ embedding: { embedder: 'static', model } });
    expect(await embeddingOf(index)).toMatchObject({
      embedder: 'static',
      dimension: 6,
      embedded: 0,
      missing: PASSAGES,
    });
    index.start();
    await untilEmbedded(index);
    const status = await index.status();
    expect(status.embedding).toMatchObject({ id: expect.stringMatching(/^static-6-/), embedded: PASSAGES });
    expect(status.documents).toBe(3);
    expect(status.problems).toEqual([]);
    const { generations } = await index.history({});
    expect(generations[0]?.reason).toMatch(/^embedded 3 documents with static-6-/);
  });

  it('answers by keywords meanwhile, and says so', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    const index = await project.open({ embedding: { embedder: 'static', model: await modelFolder() } });
    const answer = await index.search({ query: 'snapshot' });
    expect(answer.results[0]).toMatchObject({ path: 'lock.md', matchedBy: ['keyword'] });
    expect(answer.withoutVectors).toMatchObject({ code: 'VECTORS_PENDING' });
  });

  it('has the same documents, and the vectors that indexing with it gives', async () => {
    await using project = await projectWith(DOCUMENTS);
    await using fresh = await projectWith(DOCUMENTS);
    const embedding = { embedder: 'static', model: await modelFolder(), minimumSimilarity: 0 } as const;
    await project.index();
    const changed = await project.index({ embedding });
    expect(changed).toMatchObject({ added: 0, changed: 0, removed: 0, embedded: PASSAGES, withoutVectors: 0 });
    await fresh.index({ embedding });
    const query = { query: 'the auto engine', explain: true };
    const [after, anew] = await Promise.all(
      [project, fresh].map(async (one) => (await one.open({ mode: 'read', embedding })).search(query)),
    );
    expect(after?.results.length).toBeGreaterThan(0);
    expect(after?.results.some(({ matchedBy }) => matchedBy.includes('vector'))).toBe(true);
    expect(after?.results).toEqual(anew?.results);
  });

  it('keeps what changed while it was embedded', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    const server = await embeddingServer();
    server.answerNext({ status: 503, headers: { 'retry-after': '1' } });
    const index = await serve(project, http(server.url));
    await server.requested(1);
    await project.write('car.md', '# Car\n\nNow it is an automobile.\n');
    await project.remove('cafe.md');
    await until(async () => (await index.list({})).total === 2);
    await untilEmbedded(index);
    expect((await index.document({ path: 'car.md' })).changedSinceIndexed).toBe(false);
    expect((await index.search({ query: 'automobile' })).results[0]?.snippet).toContain('an automobile');
    expect((await index.status()).documents).toBe(2);
  });

  it('is told by whoever only reads, and by no one else', async () => {
    await using project = await projectWith(DOCUMENTS);
    const embedding = { embedder: 'static', model: await modelFolder() } as const;
    await project.index({ embedding });
    expect(await problemCodes(await project.open({ mode: 'read' }))).toContain('EMBEDDER_DIFFERS');
    expect(await problemCodes(await project.open({ mode: 'read', embedding }))).toEqual([]);
  });

  it('is not embedded to and fro by instances that are configured otherwise', async () => {
    await using project = await projectWith(DOCUMENTS);
    const local = await serve(project);
    const other = await serve(project, { embedder: 'static', model: await modelFolder() });
    const { generation } = await local.status();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await problemCodes(other)).toEqual(['EMBEDDER_DIFFERS']);
    expect(await problemCodes(local)).toEqual([]);
    expect((await other.search({ query: 'snapshot' })).withoutVectors?.code).toBe('VECTORS_PENDING');
    expect((await local.status()).generation).toBe(generation);
    await local.close();
    await untilEmbedded(other);
    expect(await problemCodes(other)).toEqual([]);
  });

  it('stays as it was restored while a rollback is held', async () => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    await project.write('d.md', '# D\n\nThe engine.\n');
    await project.index();
    const index = await project.open({ embedding: { embedder: 'static', model: await modelFolder() } });
    await index.rollback({ generation: 1 });
    index.start();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await embeddingOf(index)).toMatchObject({ embedded: 0 });
    await index.resume();
    await untilEmbedded(index);
  });
});

describe('an embedder behind HTTP', () => {
  it('is asked once for each passage, and again only for what changed', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    const index = await serve(project, http(server.url));
    await untilEmbedded(index);
    expect(server.embedded).toHaveLength(PASSAGES);
    expect(new Set(server.embedded).size).toBe(PASSAGES);
    await project.write('lock.md', DOCUMENTS['lock.md'].replace('A snapshot', 'A new snapshot'));
    await until(async () => server.embedded.length > PASSAGES);
    await untilEmbedded(index);
    expect(server.embedded.slice(PASSAGES)).toEqual([expect.stringContaining('A new snapshot')]);
  });

  it('is asked for nothing that older generations have, though each new one lets one of them go', async () => {
    const notes = (word: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 1_500 }, (_, number) => [`docs/${number}.md`, `# ${word} ${number}\n`]));
    await using project = await projectWith(notes('lager'));
    await using elsewhere = await projectWith(notes('porter'));
    const server = await embeddingServer();
    const index = await project.open({ embedding: http(server.url), keepGenerations: 24, minimumAgeMs: 0 });
    index.start();
    await untilCurrent(index);
    await untilEmbedded(index);
    const exchange = async (word: string): Promise<void> => {
      await rename(join(project.root, 'docs'), join(project.root, '.away'));
      await rename(join(elsewhere.root, 'docs'), join(project.root, 'docs'));
      await rename(join(project.root, '.away'), join(elsewhere.root, 'docs'));
      await until(async () => (await index.document({ path: 'docs/7.md' })).title === `${word} 7`);
      await untilCurrent(index);
      await untilEmbedded(index);
    };
    await exchange('porter');
    expect(server.embedded).toHaveLength(3_000);
    await exchange('lager');
    expect(server.embedded).toHaveLength(3_000);
  });

  it('is asked by the indexer alone for passages, and by each instance for its own questions, once', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    const indexes = [await serve(project, http(server.url)), await serve(project, http(server.url))];
    for (const index of indexes) await untilEmbedded(index);
    expect(server.embedded).toHaveLength(PASSAGES);
    for (const index of indexes) {
      for (let time = 0; time < 3; time++) {
        expect((await index.search({ query: 'engine' })).withoutVectors).toBeUndefined();
      }
    }
    expect(server.embedded.slice(PASSAGES)).toEqual(['engine', 'engine']);
  });

  it('that is down leaves keyword search as it is, says so, and is caught up with when it is back', async () => {
    await using project = await projectWith(DOCUMENTS);
    const gone = await embeddingServer();
    await gone.close();
    const index = await serve(project, http(gone.url));
    await until(async () => (await problemCodes(index)).includes('EMBEDDER_UNAVAILABLE'));
    const answer = await index.search({ query: 'snapshot' });
    expect(answer).toMatchObject({ stale: false, results: [{ path: 'lock.md' }, {}].slice(0, 1) });
    expect(answer.withoutVectors).toBeDefined();
    await project.write('new.md', '# New\n\nWritten meanwhile.\n');
    await until(async () => (await index.search({ query: 'meanwhile' })).results[0]?.path === 'new.md');

    const server = await embeddingServer(gone.port);
    await untilEmbedded(index);
    expect(server.embedded.length).toBeGreaterThanOrEqual(PASSAGES + 1);
    await until(async () => (await index.search({ query: 'snapshot' })).withoutVectors === undefined);
    await until(async () => (await problemCodes(index)).length === 0);
  });

  it('that goes down later leaves questions to the keywords, without asking each time', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    const index = await serve(project, http(server.url));
    await untilEmbedded(index);
    server.answerAlways({ status: 500 });
    const before = server.requests.length;
    for (const query of ['one', 'two', 'snapshot']) {
      expect((await index.search({ query })).withoutVectors).toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
    }
    expect(server.requests.length - before).toBe(1);
    expect((await index.search({ query: 'snapshot' })).results[0]?.path).toBe('lock.md');
  });

  it('that fails during `index` costs vectors and nothing else, and the next time goes on', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    server.answerAlways({ status: 401, text: 'no' });
    expect(await project.index({ embedding: http(server.url) })).toMatchObject({ added: 3, withoutVectors: PASSAGES });
    server.answerAlways(undefined);
    expect(await project.index({ embedding: http(server.url) })).toMatchObject({ added: 0, withoutVectors: 0 });
  });

  it('of another dimension under the same name is a new embedder, noticed without a question or a new document', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    await project.index({ embedding: http(server.url) });
    server.answerWithComponents(8);
    expect(await project.index({ embedding: http(server.url) })).toMatchObject({ embedded: PASSAGES });
    server.answerWithComponents(16);
    const index = await serve(project, http(server.url));
    await until(async () => (await embeddingOf(index)).dimension === 16 && (await embeddingOf(index)).missing === 0);
    // In the middle of a process's life it is noticed too.
    server.answerWithComponents(4);
    expect((await index.search({ query: 'engine' })).withoutVectors).toMatchObject({ code: 'EMBEDDER_ANSWER_INVALID' });
    await until(async () => (await embeddingOf(index)).dimension === 4 && (await embeddingOf(index)).missing === 0);
    await until(async () => (await index.search({ query: 'engine' })).withoutVectors === undefined);
  });

  it('whose answer is odd once embeds nothing anew', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    await project.index({ embedding: http(server.url) });
    server.answerNext({ status: 200, text: '{"data":[{"index":0,"embedding":[1,1]}]}' });
    await project.write('new.md', '# New\n');
    const outcome = await project.index({ embedding: http(server.url) });
    expect(outcome).toMatchObject({ added: 1, embedded: 1, withoutVectors: 0 });
    expect(server.embedded.filter((text) => text.includes('engine'))).toHaveLength(1);
  });

  it('that is down is no problem of an index in which nothing lacks vectors', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    await project.index({ embedding: http(server.url) });
    await server.close();
    const problems: IndexProblem[] = [];
    await project.index({ embedding: http(server.url), onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
  });

  it('has its missing vectors counted alike by `index` and by the status of another process', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    await project.index({ embedding: http(server.url) });
    server.answerWithComponents(8);
    // Three probes, the passages of one document, and then nothing more.
    await project.write('new.md', '# New\n');
    server.refuseTextsWith('engine');
    const { withoutVectors } = await project.index({ embedding: http(server.url) });
    const reader = await project.open({ mode: 'read', embedding: http(server.url) });
    expect((await embeddingOf(reader)).missing).toBe(withoutVectors);
  });

  it('whose dimension goes to and fro has vectors of one dimension each time', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    const model = await modelFolder();
    const others: readonly EmbeddingOptions[] = [{ embedder: 'local' }, { embedder: 'static', model }];
    for (const [round, dimension] of [8, 16, 8].entries()) {
      server.answerWithComponents(dimension);
      await project.write('lock.md', DOCUMENTS['lock.md'].replace('A snapshot', `The snapshot of round ${round % 3}`));
      for (const embedding of [http(server.url), ...others.slice(round % 2), http(server.url)]) {
        const problems: IndexProblem[] = [];
        const outcome = await project.index({ embedding, onProblem: (problem) => problems.push(problem) });
        expect({ problems, withoutVectors: outcome.withoutVectors }).toEqual({ problems: [], withoutVectors: 0 });
      }
      const index = await project.open({ mode: 'read', embedding: http(server.url) });
      await index.search({ query: 'tells the dimension' });
      expect(await embeddingOf(index)).toMatchObject({ dimension, embedded: PASSAGES, missing: 0 });
      await index.close();
    }
  });

  it('never sees its key written down', async () => {
    await using project = await projectWith(DOCUMENTS);
    const server = await embeddingServer();
    const key = 'sk-not-to-be-found-anywhere';
    const index = await serve(project, http(server.url, { apiKey: key }));
    await untilEmbedded(index);
    expect(server.requests[0]?.authorization).toBe(`Bearer ${key}`);
    server.answerAlways({ status: 403, text: `${key} may not` });
    const answer = await index.search({ query: 'x' });
    expect(JSON.stringify([answer, await index.status(), await index.history({})])).not.toContain(key);
    expect(await filesHolding(project.indexPath, key)).toEqual([]);
  });
});

describe('a static model', () => {
  it('that is damaged leaves keyword search, and its documents are embedded once it is sound', async () => {
    await using project = await projectWith(DOCUMENTS);
    const model = await modelFolder({ tensors: new Uint8Array(3) });
    const embedding = { embedder: 'static', model } as const;
    const index = await serve(project, embedding);
    expect(await problemCodes(index)).toEqual(['EMBEDDER_MODEL_INVALID']);
    expect(await embeddingOf(index)).toMatchObject({ id: null, embedded: 0, missing: PASSAGES });
    const answer = await index.search({ query: 'snapshot' });
    expect(answer.results[0]?.path).toBe('lock.md');
    expect(answer.withoutVectors?.code).toBe('EMBEDDER_MODEL_INVALID');
    const rows = VOCABULARY.flatMap((_, token) => [Math.cos(token), Math.sin(token)]);
    await writeFile(`${model}/model.safetensors`, safetensors({ embeddings: float32([VOCABULARY.length, 2], rows) }));
    await untilEmbedded(index);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('embeds what is saved together with its words, in one generation', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await serve(project, { embedder: 'static', model: await modelFolder() });
    await untilEmbedded(index);
    const { generation } = await index.status();
    await project.write('car.md', '# Car\n\nThe auto engine.\n');
    await until(async () => (await index.status()).generation > generation);
    expect(await embeddingOf(index)).toMatchObject({ missing: 0 });
    expect((await index.status()).generation).toBe(generation + 1);
  });
});

async function filesHolding(folder: string, text: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names.filter((one) => one.isFile())) {
    const path = `${entry.parentPath}/${entry.name}`;
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
