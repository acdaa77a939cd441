import { describe, expect, test } from 'vitest';
import {
  HttpEmbedder,
  IndexManager,
  LocalEmbedder,
  matchedWords,
  ProjectIndex,
  readStaticModel,
  StaticEmbedder,
} from '../../dist/search/library.js';
import {
  createServer,
  IndexSession,
  openProjectIndex,
  readConfiguration,
  serveHttp,
  serveStdio,
} from '../../dist/server/index.js';
import { modelFolder } from './embedding/static/tiny-model.js';
import { temporaryIndex } from './indexing/temporary-index.js';
import { optionsFor, projectWith } from './project/temporary-project-index.js';

describe('what programs without types may give an index manager is refused, with a remedy:', () => {
  test.each<[string, string, (manager: IndexManager) => unknown]>([
    ['indexDocument(5)', 'document path 5 is not a text', (manager) => call(manager, 'indexDocument', 5, 'x')],
    ['no content', 'content undefined is not a text or its bytes', (manager) => call(manager, 'indexDocument', 'a.md')],
    ['no path', "document path '' is not", (manager) => call(manager, 'indexDocument', '', 'x')],
    ['only a dot', "document path '' is not", (manager) => call(manager, 'indexDocument', './', 'x')],
    ['an absolute path', "document path '/a.md' is not", (manager) => call(manager, 'indexDocument', '/a.md', 'x')],
    ['a path upwards', "'a/../b.md' is not", (manager) => call(manager, 'indexDocument', 'a/../b.md', 'x')],
    ['removeDocument()', 'document path undefined is not', (manager) => call(manager, 'removeDocument')],
    ['query()', 'query undefined is not a text', (manager) => call(manager, 'query')],
    ['query of null', 'request of query null is not an object', (manager) => call(manager, 'query', 'x', null)],
    ['limt', 'request of query: "limt" is not known', (manager) => call(manager, 'query', 'x', { limt: 5 })],
    ['another generation', '"asOf" is not known', (manager) => call(manager, 'query', 'x', { asOf: '1' })],
    ['a limit of text', "limit '5' is not a number", (manager) => call(manager, 'query', 'x', { limit: '5' })],
    ['too high a limit', 'limit 51: is not', (manager) => call(manager, 'query', 'x', { limit: 51 })],
    ['magic detail', "detail 'magic' is not one of", (manager) => call(manager, 'query', 'x', { detail: 'magic' })],
  ])('%s', async (_, message, use) => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    await expect((async () => use(manager))()).rejects.toMatchObject(refusal(message));
    expect(manager.pendingCount).toBe(0);
  });

  test.each<[string, unknown]>([
    ['embedder null is not an object', { embedder: null }],
    ['id of the embedder undefined is not a text', { embedder: {} }],
    ["id of the embedder '' is not a text", { embedder: { id: '', dimension: 3, embed } }],
    ['dimension of the embedder undefined is not', { embedder: { id: 'mine', embed } }],
    ['dimension of the embedder 1.5 is not', { embedder: { id: 'mine', dimension: 1.5, embed } }],
    ['embed of the embedder undefined is not a function', { embedder: { id: 'mine', dimension: 3 } }],
    ['persistPatienceMs -1 is not', { persistPatienceMs: -1 }],
  ])('open: %s', async (message, options) => {
    await using index = await temporaryIndex();
    const refused = { ...refusal(message), code: 'INVALID_OPTION' };
    await expect(call(IndexManager, 'open', index.directory, options)).rejects.toMatchObject(refused);
  });
});

describe('what programs without types may give a project index is refused, with a remedy:', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['search', 'request of search undefined is not an object', []],
    ['search', 'query undefined is not a text', [{}]],
    ['search', 'query 5 is not a text', [{ query: 5 }]],
    ['search', 'request of search: "limt" is not known here', [{ query: 'x', limt: 3 }]],
    ['document', 'path undefined is not a text', [{}]],
    ['document', 'startLine 1.5 is not a whole number', [{ path: 'a.md', startLine: 1.5 }]],
    ['list', 'limit null is not a number', [{ limit: null }]],
    ['related', 'path undefined is not a text', [{}]],
    ['links', 'request of links: "path" is not known', [{ path: 'a.md' }]],
    ['status', 'asOf 5 is not a text', [{ asOf: 5 }]],
    ['history', 'cursor 5 is not a text', [{ cursor: 5 }]],
    ['compare', 'from undefined is not a text', [{}]],
    ['tag', 'name undefined is not a text', [{}]],
    ['findGeneration', 'word 5 is not a text', [5]],
    ['rollback', "generation '1' is not a whole number", [{ generation: '1' }]],
    ['collect', 'dryRun 1 is not true or false', [{ dryRun: 1 }]],
    ['verify', 'onProgress 5 is not a function', [{ onProgress: 5 }]],
    ['indexNow', 'signal {} is not an AbortSignal', [{ signal: {} }]],
  ])('%s: %s', async (method, message, given) => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open({ mode: 'once' });
    await expect(call(index, method, ...given)).rejects.toMatchObject(refusal(message));
  });

  test('but what a request may leave out is a request that may be left out', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open({ mode: 'once' });
    await index.indexNow();
    expect(await index.list()).toMatchObject({ total: 1 });
    expect(await index.links()).toMatchObject({ total: 1 });
    expect(await index.history()).toMatchObject({ generations: [{ generation: 1 }] });
    expect(await index.collect()).toMatchObject({ retired: [] });
    expect(await index.document({ path: 'a.md', endLine: Number.POSITIVE_INFINITY })).toMatchObject({ endLine: 1 });
  });

  test.each([
    ["mode 'all' is not one of serve, once, read", { mode: 'all', client: 'test' }],
    ['mode undefined is not one of', { client: 'test' }],
    ['client undefined is not a text', { mode: 'read' }],
    ['request: "rot" is not known here', { mode: 'read', client: 'test', rot: './docs' }],
    ['request undefined is not an object', undefined],
  ])('openProjectIndex: %s', async (message, request) => {
    const opening = async (): Promise<unknown> => Reflect.apply(openProjectIndex, undefined, [request]);
    await expect(opening()).rejects.toMatchObject({ ...refusal(message), code: 'USAGE' });
  });

  test.each([
    ['root 5 is not a text', { root: 5 }],
    ['request: "mode" is not known here', { mode: 'once' }],
  ])('readConfiguration: %s', async (message, request) => {
    const reading = async (): Promise<unknown> => Reflect.apply(readConfiguration, undefined, [request]);
    await expect(reading()).rejects.toMatchObject({ ...refusal(message), code: 'USAGE' });
  });

  test('a listener that is none', async () => {
    await using project = await projectWith({});
    const index = await project.open();
    await expect(call(index, 'onDocumentsChanged', 5)).rejects.toMatchObject(refusal('listener 5 is not a function'));
  });

  test.each<[string, readonly unknown[]]>([
    ['indexNow', []],
    ['search', [{ query: 'x' }]],
    ['document', [{ path: 'a.md' }]],
    ['list', []],
    ['related', [{ path: 'a.md' }]],
    ['links', []],
    ['status', []],
    ['live', []],
    ['watch', [() => {}]],
    ['history', []],
    ['compare', [{ from: '1' }]],
    ['tag', [{ name: 'x' }]],
    ['untag', ['x']],
    ['findGeneration', ['1']],
    ['rollback', [{ generation: 1 }]],
    ['resume', []],
    ['collect', []],
    ['collect', [{ dryRun: true }]],
    ['verify', []],
    ['onDocumentsChanged', [() => {}]],
  ])('%s%j of a closed one', async (method, given) => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open({ mode: 'once' });
    await index.indexNow();
    await index.close();
    await expect(call(index, method, ...given)).rejects.toMatchObject({ code: 'INDEX_CLOSED' });
  });

  test('ProjectIndex.open', async () => {
    await using project = await projectWith({});
    const { mode: _, ...aimless } = optionsFor(project.root, project.indexPath);
    await expect(call(ProjectIndex, 'open', aimless)).rejects.toMatchObject(refusal('mode undefined is not'));
  });
});

test.each<[string, () => unknown]>([
  ['options undefined is not an object', () => Reflect.construct(HttpEmbedder, [])],
  ['url undefined is not the address', () => Reflect.construct(HttpEmbedder, [{}])],
  ["url 'here' is not the address", () => new HttpEmbedder({ url: 'here', model: 'm' })],
  ['model undefined is not the name', () => Reflect.construct(HttpEmbedder, [{ url: 'http://localhost/v1' }])],
  ['"modell" is not known', () => Reflect.construct(HttpEmbedder, [{ url: 'http://localhost/v1', modell: 'm' }])],
  ['model undefined is not a model', () => Reflect.construct(StaticEmbedder, [])],
  ['folder undefined is not a text', () => Reflect.apply(readStaticModel, undefined, [])],
  ["model './folder' is not a model", () => Reflect.construct(StaticEmbedder, ['./folder'])],
])('an embedder: %s', async (message, make) => {
  await expect((async () => make())()).rejects.toMatchObject(refusal(message));
});

test.each<[string, readonly unknown[]]>([
  ['texts undefined is not a list of texts', []],
  ["texts 'a' is not a list of texts", ['a']],
  ['texts [ 5 ] is not a list of texts', [[5]]],
  ["purpose 'fun' is not one of passage, query", [['a'], 'fun']],
])('embed: %s', async (message, given) => {
  const model = await readStaticModel(await modelFolder());
  const embedders = [new HttpEmbedder({ url: 'http://127.0.0.1:9/v1', model: 'm' }), new StaticEmbedder(model)];
  for (const embedder of given.length > 1 ? embedders.slice(0, 1) : [...embedders, new LocalEmbedder()])
    await expect(call(embedder, 'embed', ...given)).rejects.toMatchObject(refusal(message));
});

test.each<[string, readonly unknown[]]>([
  ['text undefined is not a text', []],
  ['query 5 is not a text', ['a', 5]],
])('matchedWords: %s', async (message, given) => {
  await expect(call({ matchedWords }, 'matchedWords', ...given)).rejects.toMatchObject(refusal(message));
});

test.each<[string, () => unknown]>([
  ['serveHttp: request null is not an object', () => Reflect.apply(serveHttp, undefined, [null])],
  ['serveHttp: request: "rot" is not known', () => Reflect.apply(serveHttp, undefined, [{ rot: '.' }])],
  ['serveHttp: metrics 5 is not', () => Reflect.apply(serveHttp, undefined, [{ metrics: 5 }])],
  ['serveStdio: request 5 is not an object', () => Reflect.apply(serveStdio, undefined, [5])],
  ['createServer: session null is not an IndexSession', () => Reflect.apply(createServer, undefined, [null])],
  ['IndexSession: openIndex undefined is not a function', () => Reflect.construct(IndexSession, [])],
  ["IndexSession: serves 'all' is not one of", () => Reflect.construct(IndexSession, [() => {}, 'all'])],
])('a server: %s', async (message, make) => {
  await expect((async () => make())()).rejects.toMatchObject({ ...refusal(message), code: 'USAGE' });
});

async function embed(): Promise<readonly Float32Array[]> {
  return [];
}

function refusal(message: string): { readonly [key: string]: unknown } {
  return { code: 'INVALID_REQUEST', message: expect.stringContaining(message), remedy: expect.any(String) };
}

/** A call as a program without types may make it. */
async function call(target: object, method: string, ...given: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(Reflect.get(target, method), target, given);
}
