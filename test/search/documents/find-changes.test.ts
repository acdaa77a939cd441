import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type Discovery,
  discover,
  findChanges,
  readDocument,
  StatCache,
} from '../../../dist/search/documents/index.js';
import { projectWith, write } from './project-folder.js';

const HOUR_MS = 3_600_000;

/** A cache that read every document of a project an hour after its last change. */
async function warmCache(
  root: string,
  readAtMs = Date.now() + HOUR_MS,
): Promise<{ cache: StatCache; discovery: Discovery }> {
  const discovery = await discover({ root });
  const cache = new StatCache();
  for (const { path } of discovery.documents) {
    cache.remember(path, { state: readDocument(root, path), contentHash: `hash of ${path}`, readAtMs });
  }
  return { cache, discovery };
}

const indexed = (...paths: string[]) => paths.map((path) => ({ path, contentHash: `hash of ${path}` }));

test('what the cache vouches for is not read again', async () => {
  const { cache, discovery } = await warmCache(projectWith({ 'a.md': '1', 'b.md': '2' }));
  expect(await findChanges({ discovery, cache, indexed: indexed('a.md', 'b.md') })).toEqual({
    toRead: [],
    removed: [],
  });
});

test('without a cache everything is read', async () => {
  const { discovery } = await warmCache(projectWith({ 'a.md': '1', 'b.md': '2' }));
  expect((await findChanges({ discovery, cache: new StatCache(), indexed: indexed('a.md') })).toRead).toEqual([
    'a.md',
    'b.md',
  ]);
});

test('new, changed and removed documents are told apart from the rest', async () => {
  const root = projectWith({ 'a.md': '1', 'b.md': '2' });
  const { cache } = await warmCache(root);
  write(root, 'b.md', 'longer');
  write(root, 'c.md', '3');
  const changes = await findChanges({
    discovery: await discover({ root }),
    cache,
    indexed: indexed('a.md', 'b.md', 'gone.md'),
  });
  expect(changes).toEqual({ toRead: ['b.md', 'c.md'], removed: ['gone.md'] });
});

test('a change that keeps size and modification time is noticed', async () => {
  const root = projectWith({ 'a.md': 'one' });
  utimesSync(join(root, 'a.md'), 1_000_000, 1_000_000);
  const { cache } = await warmCache(root);
  writeFileSync(join(root, 'a.md'), 'two');
  utimesSync(join(root, 'a.md'), 1_000_000, 1_000_000);
  expect((await findChanges({ discovery: await discover({ root }), cache, indexed: indexed('a.md') })).toRead).toEqual([
    'a.md',
  ]);
});

test('a document that changed within two seconds before it was read is read again', async () => {
  const root = projectWith({ 'a.md': '1' });
  const { changedMs } = readDocument(root, 'a.md');
  for (const [laterMs, toRead] of [
    [0, ['a.md']],
    [1_999, ['a.md']],
    [2_001, []],
  ] as const) {
    const { cache, discovery } = await warmCache(root, changedMs + laterMs);
    expect((await findChanges({ discovery, cache, indexed: indexed('a.md') })).toRead).toEqual(toRead);
  }
});

test('a document is read if the index holds something else of it', async () => {
  const { cache, discovery } = await warmCache(projectWith({ 'a.md': '1' }));
  expect((await findChanges({ discovery, cache, indexed: [{ path: 'a.md', contentHash: 'other' }] })).toRead).toEqual([
    'a.md',
  ]);
});

test('documents in a folder that cannot be listed are not removed', async () => {
  const { cache, discovery } = await warmCache(projectWith({ 'a.md': '1' }));
  const problem = { code: 'FOLDER_UNREADABLE', path: 'locked', message: '', remedy: '' } as const;
  const changes = await findChanges({
    discovery: { ...discovery, problems: [problem] },
    cache,
    indexed: indexed('a.md', 'locked/b.md', 'locked2/c.md'),
  });
  expect(changes.removed).toEqual(['locked2/c.md']);
});

test('forgotten paths are read again', async () => {
  const { cache, discovery } = await warmCache(projectWith({ 'a.md': '1', 'b.md': '2', 'c.md': '3' }));
  cache.forget('a.md');
  cache.keepOnly(new Set(['a.md', 'c.md']));
  expect((await findChanges({ discovery, cache, indexed: indexed('a.md', 'b.md', 'c.md') })).toRead).toEqual([
    'a.md',
    'b.md',
  ]);
});
