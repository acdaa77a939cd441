import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileSystem } from '../../../dist/store/file-system.js';
import { processEnvironment } from '../../../dist/store/index.js';
import { sha256 } from '../../../dist/store/manifest.js';
import { type CachedFile, FileCache } from '../../../dist/store/s3/file-cache.js';
import { systemError } from '../watched-storage.js';
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

/** A cache on a file system whose next call of each of these methods fails. */
function failing(failures: Partial<Record<keyof FileSystem, string>>): FileCache {
  const left = new Map<string | symbol, string>(Object.entries(failures));
  const fileSystem = new Proxy(processEnvironment.fileSystem, {
    get(target, property): unknown {
      const code = left.get(property);
      if (code === undefined) return Reflect.get(target, property, target);
      return () => {
        left.delete(property);
        throw systemError(code);
      };
    },
  });
  return new FileCache(path.join(folder, 'deep', 'cache'), 1000, { ...processEnvironment, fileSystem });
}

test.each(['openFile', 'readFile'] as const)(
  'a file that others remove just before its %s is fetched again',
  async (method) => {
    await readThrough(cacheOf(1000), 'one');
    const cache = failing({ [method]: 'ENOENT' });
    for (const name of cached()) if (method === 'openFile') fs.rmSync(path.join(folder, 'deep', 'cache', name));
    expect(await readThrough(cache, 'one')).toBe('one');
    expect(downloads).toEqual(['one', 'one']);
  },
);

test.each(['openFile', 'readFile', 'findStatus'] as const)('what cannot be read is fetched (%s)', async (method) => {
  await readThrough(cacheOf(1000), 'one');
  expect(await readThrough(failing({ [method]: 'EIO' }), 'one')).toBe('one');
  expect(downloads).toEqual(['one', 'one']);
});

test('a cache that may only be read serves what it has', async () => {
  await readThrough(cacheOf(1000), 'one');
  const cache = failing({ touch: 'EROFS' });
  expect(await readThrough(cache, 'one')).toBe('one');
  expect(downloads).toEqual(['one']);
});

test.each(['makeDirectory', 'readDirectory', 'writeFile', 'rename'] as const)(
  'what cannot be kept is served from memory, and has no path (%s)',
  async (method) => {
    expect(await readThrough(failing({ [method]: 'EROFS' }), 'one')).toBe('one');
    fs.rmSync(path.join(folder, 'deep'), { recursive: true, force: true });
    for (const [system, code] of Object.entries({ ENOSPC: 'NO_SPACE', EROFS: 'IO_FAILED' }))
      await expect(failing({ [method]: system }).path(fileOf('one'), async () => bytesOf('one'))).rejects.toMatchObject(
        {
          code,
          message: expect.stringContaining(path.join(folder, 'deep', 'cache')),
          remedy: expect.stringContaining('`cache=`'),
        },
      );
  },
);

test('an unfinished download that cannot be removed does not hide what was fetched', async () => {
  const cache = failing({ writeFile: 'ENOSPC', removeFile: 'EROFS' });
  expect(await readThrough(cache, 'one')).toBe('one');
});

test('a file in the place of the cache, and a directory in the place of a file, are passed by', async () => {
  await readThrough(cacheOf(1000), 'one');
  const directory = path.join(folder, 'deep', 'cache');
  const [name = ''] = cached();
  fs.rmSync(path.join(directory, name));
  fs.mkdirSync(path.join(directory, name));
  expect(await readThrough(cacheOf(1000), 'one')).toBe('one');
  fs.rmSync(directory, { recursive: true });
  fs.writeFileSync(directory, 'notes');
  expect(await readThrough(cacheOf(1000), 'one')).toBe('one');
  expect(fs.readFileSync(directory, 'utf8')).toBe('notes');
});

test('a file that was found damaged is compared again, and fetched', async () => {
  const cache = cacheOf(1000);
  await readThrough(cache, 'one');
  fs.writeFileSync(path.join(folder, 'deep', 'cache', cached()[0] ?? ''), 'two');
  expect(await readThrough(cache, 'one')).toBe('two');
  cache.distrust(fileOf('one'));
  expect(await readThrough(cache, 'one')).toBe('one');
});

test('two that make the directory at once do not disturb each other', async () => {
  fs.mkdirSync(path.join(folder, 'deep'));
  const cache = failing({ makeDirectory: 'EEXIST' });
  for (const _ of [1, 2]) expect(await readThrough(cache, 'one')).toBe('one');
  expect(cached()).toHaveLength(1);
});

test('what a path was given of stays, and what is not there or cannot go, is dropped without a word', async () => {
  const cache = cacheOf(1000);
  await cache.path(fileOf('one'), async () => bytesOf('one'));
  cache.drop(fileOf('one'));
  cache.drop(fileOf('never fetched'));
  expect(cached()).toHaveLength(1);
  failing({ removeFile: 'EROFS' }).drop(fileOf('one'));
  expect(cached()).toHaveLength(1);
});

test('what came damaged is looked at again each time', async () => {
  const cache = cacheOf(1000);
  const wanted = { ...fileOf('one'), sizeBytes: 3 };
  for (const text of ['two', 'one']) {
    const file = await cache.open(wanted, async () => bytesOf(text));
    expect(Buffer.from(file?.read(0, 3) ?? []).toString()).toBe(text);
    file?.close();
  }
});

test('room is made of files alone, as much as is needed and a little more', async () => {
  const cache = cacheOf(10);
  await readThrough(cache, '1');
  const directory = path.join(folder, 'deep', 'cache');
  fs.mkdirSync(path.join(directory, 'a folder'));
  const [old, young] = ['~old', '~young'].map((name) => path.join(directory, name)) as [string, string];
  for (const place of [old, young]) fs.writeFileSync(place, 'x');
  fs.utimesSync(old, 1, 1);
  for (const text of ['22', '333', '55555']) await readThrough(cache, text);
  const left = cached().map((name) => name.replace(/^a-1-.*/, 'cached'));
  expect(left).toContain('a folder');
  expect(left.filter((name) => name === 'cached').length).toBeGreaterThan(1);
  expect(left).toContain('~young');
  expect(left).not.toContain('~old');
});
