import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processEnvironment } from '../../../dist/store/index.js';
import { sha256 } from '../../../dist/store/manifest.js';
import { type CachedFile, FileCache } from '../../../dist/store/s3/file-cache.js';
import { bytesOf, makeTemporaryFolder } from '../with-store.js';

let folder: string;
let downloads: string[];
beforeEach(() => {
  folder = makeTemporaryFolder();
  downloads = [];
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const cacheOf = (limitBytes: number): FileCache =>
  new FileCache(path.join(folder, 'deep', 'cache'), limitBytes, processEnvironment);

const fileOf = (text: string): CachedFile => ({ draft: 'a-1', sha256: sha256(bytesOf(text)), sizeBytes: text.length });

async function readThrough(cache: FileCache, text: string): Promise<string> {
  const file = await cache.open(fileOf(text), async () => {
    downloads.push(text);
    return bytesOf(text);
  });
  const bytes = file?.read(0, file.sizeBytes) ?? new Uint8Array();
  file?.close();
  return Buffer.from(bytes).toString();
}

const cached = (): readonly string[] => fs.readdirSync(path.join(folder, 'deep', 'cache'));

test('a file is fetched once, by any number of caches in one directory', async () => {
  const cache = cacheOf(1000);
  expect(await Promise.all([readThrough(cache, 'one'), readThrough(cache, 'one')])).toEqual(['one', 'one']);
  expect(await readThrough(cacheOf(1000), 'one')).toBe('one');
  expect(downloads).toEqual(['one']);
});

test('those used longest ago make room for others', async () => {
  const cache = cacheOf(8);
  for (const text of ['1234', '5678']) await readThrough(cache, text);
  for (const name of cached())
    fs.utimesSync(path.join(folder, 'deep', 'cache', name), 1, name.endsWith(sha256(bytesOf('1234'))) ? 2 : 1);
  await readThrough(cache, 'abcd');
  expect(
    cached()
      .map((name) => name.slice('a-1-'.length))
      .sort(),
  ).toEqual(['abcd'].map((text) => sha256(bytesOf(text))).sort());
});

test('a file whose path somebody was given stays', async () => {
  const cache = cacheOf(8);
  const lent = await cache.path(fileOf('1234'), async () => bytesOf('1234'));
  for (const text of ['5678', 'abcd', 'efgh']) await readThrough(cache, text);
  expect(fs.readFileSync(lent ?? '', 'utf8')).toBe('1234');
});

test('a file larger than the limit is served all the same', async () => {
  expect(await readThrough(cacheOf(2), 'larger')).toBe('larger');
});

test('what a power cut has damaged is fetched anew', async () => {
  await readThrough(cacheOf(1000), 'one');
  const [name = ''] = cached();
  for (const damage of ['two', '']) {
    fs.writeFileSync(path.join(folder, 'deep', 'cache', name), damage);
    expect(await readThrough(cacheOf(1000), 'one')).toBe('one');
  }
  expect(downloads).toEqual(['one', 'one', 'one']);
});

test('a download that failed leaves nothing, and the next one may succeed', async () => {
  const cache = cacheOf(1000);
  await expect(cache.open(fileOf('one'), () => Promise.reject(new Error('reset')))).rejects.toThrow('reset');
  expect(await cache.open(fileOf('one'), async () => undefined)).toBeUndefined();
  expect(await readThrough(cache, 'one')).toBe('one');
});
