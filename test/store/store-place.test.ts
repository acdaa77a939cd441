import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { processEnvironment, requireStorePlace, SnapshotStore } from '../../dist/store/index.js';
import { S3Server } from './s3/s3-server.js';
import { makeTemporaryFolder, withStore, writing } from './with-store.js';

const contentOf = (folder: string): readonly string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

/** Made below `folder`; the place for a store that is refused there. */
const REFUSED: Readonly<Record<string, (folder: string) => Promise<string> | string>> = {
  'a file': (folder) => {
    fs.writeFileSync(path.join(folder, 'notes'), 'mine');
    return path.join(folder, 'notes');
  },
  'a directory below a file': (folder) => {
    fs.writeFileSync(path.join(folder, 'notes'), 'mine');
    return path.join(folder, 'notes', 'store');
  },
  'a directory with files of others': (folder) => {
    fs.writeFileSync(path.join(folder, 'notes'), 'mine');
    return folder;
  },
  'a directory inside of a store': async (folder) => {
    await (await SnapshotStore.open(folder)).close();
    return path.join(folder, 'drafts', 'mine');
  },
};

test.each(Object.entries(REFUSED))('%s is refused as opening refuses it, and stays as it is', async (_, make) => {
  const folder = makeTemporaryFolder();
  const place = await make(folder);
  const before = contentOf(folder);
  const refusal: unknown = await SnapshotStore.open(place).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'INVALID_OPTION' });
  await expect(requireStorePlace(place)).rejects.toMatchObject({ message: Object(refusal).message });
  expect(contentOf(folder)).toEqual(before);
});

test('what is missing, empty, or left of an interrupted deletion may become a store, and nothing is made', async () => {
  const folder = makeTemporaryFolder();
  const [missing, empty, erased] = ['missing/store', 'empty', 'erased'].map((name) => path.join(folder, name));
  for (const directory of [empty, path.join(erased ?? '', 'generations-0123456789abcdef')]) {
    fs.mkdirSync(directory ?? '', { recursive: true });
  }
  const before = contentOf(folder);
  for (const place of [missing, empty, erased]) await requireStorePlace(place ?? '');
  expect(contentOf(folder)).toEqual(before);
});

test('a store that is there is tried among its drafts, which stay as they are', () =>
  withStore(async ({ store, directory }) => {
    await store.update(writing('a', 'one'));
    const before = contentOf(directory);
    await requireStorePlace(directory);
    expect(contentOf(directory)).toEqual(before);
  }));

test('a file system that lets a directory replace a full one is refused, and no folder is left', async () => {
  const folder = makeTemporaryFolder();
  const { fileSystem } = processEnvironment;
  const lenient = Object.assign(Object.create(fileSystem), {
    rename: (from: string, to: string) => {
      fs.rmSync(to, { recursive: true, force: true });
      fileSystem.rename(from, to);
    },
  });
  const tried = requireStorePlace(path.join(folder, 'store'), {
    environment: { ...processEnvironment, fileSystem: lenient },
  });
  await expect(tried).rejects.toMatchObject({ code: 'FILE_SYSTEM_UNSUPPORTED' });
  expect(contentOf(folder)).toEqual([]);
});

test('a bucket is tried with an object that is removed again', async () => {
  await using server = await S3Server.start();
  await requireStorePlace(server.locationOf('docs', makeTemporaryFolder()));
  expect(server.requests.some(({ method }) => method === 'PUT')).toBe(true);
  expect(server.bucket.keys()).toEqual([]);
});

test.each([
  ['writing', 'STORE_READ_ONLY'],
  ['everything', 'STORE_UNREADABLE'],
] as const)('a bucket that refuses %s is %s', async (forbidden, code) => {
  await using server = await S3Server.start();
  server.forbidden = forbidden;
  await expect(requireStorePlace(server.locationOf('docs', makeTemporaryFolder()))).rejects.toMatchObject({ code });
});

test('a bucket that ignores conditions is refused, and a missing one is named', async () => {
  await using server = await S3Server.start();
  const place = server.locationOf('docs', makeTemporaryFolder());
  const missing = place.replace('shelf', 'shed');
  await expect(requireStorePlace(missing)).rejects.toMatchObject({
    code: 'STORE_NOT_FOUND',
    message: /no such bucket/,
  });
  server.ignoresConditions = true;
  await expect(requireStorePlace(place)).rejects.toMatchObject({ code: 'FILE_SYSTEM_UNSUPPORTED' });
  expect(server.bucket.keys()).toEqual([]);
});

test('what programs without types give is refused by name', async () => {
  for (const given of [[undefined], ['x', null], ['x', { environmnet: {} }], ['http://x/y']]) {
    await expect(Reflect.apply(requireStorePlace, undefined, given)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  }
});
