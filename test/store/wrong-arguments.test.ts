/** What programs without types may give to calls that take names, words, locations and maps. */
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  diffContents,
  FileLock,
  findGeneration,
  isTime,
  parseS3Location,
  processEnvironment,
  SnapshotStore,
} from '../../dist/store/index.js';
import { type StoreFolder, withStore, writing } from './with-store.js';

/** Neither JSON nor a conversion to text takes one of these. */
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const ODD = [5n, cyclic, Symbol('s'), Object.create(null), undefined, null, 0, []] as const;

function call(target: object, method: string, ...given: readonly unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, method), target, given);
}

test.each<[string, string, (folder: StoreFolder, given: unknown) => unknown]>([
  ['untag', 'TAG_NOT_FOUND', ({ store }, given) => call(store, 'untag', given)],
  ['tryLease', 'INVALID_NAME', ({ store }, given) => call(store, 'tryLease', given)],
  ['read', 'FILE_NOT_FOUND', async ({ store }, given) => call(await store.snapshot(), 'read', given)],
  ['open', 'FILE_NOT_FOUND', async ({ store }, given) => call(await store.snapshot(), 'open', given)],
  ['path', 'FILE_NOT_FOUND', async ({ store }, given) => call(await store.snapshot(), 'path', given)],
  ['findGeneration', 'INVALID_OPTION', ({ store }, given) => Reflect.apply(findGeneration, null, [store, given])],
  ['parseS3Location', 'INVALID_OPTION', (_, given) => Reflect.apply(parseS3Location, null, [given])],
  ['diffContents', 'INVALID_OPTION', (_, given) => Reflect.apply(diffContents, null, [given, new Map()])],
  ['diffContents with', 'INVALID_OPTION', (_, given) => Reflect.apply(diffContents, null, [new Map(), given])],
  ['new FileLock', 'INVALID_OPTION', (_, given) => Reflect.construct(FileLock, [given])],
])('%s refuses what is of no use to it (%s)', (_, code, use) =>
  withStore(async (folder) => {
    await folder.store.update(writing('a', '1'));
    for (const given of ODD)
      await expect((async () => use(folder, given))()).rejects.toMatchObject({ code, remedy: expect.any(String) });
  }),
);

test('planPull takes no target only if it is undefined', () =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    for (const given of [0, '', false, null])
      await expect(call(SnapshotStore, 'planPull', store, given)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(await SnapshotStore.planPull(store, undefined)).toMatchObject({ generation: 1 });
  }));

test('nothing but a text is a time, and nothing but a URL of S3 a location there', () => {
  for (const given of ODD) expect(Reflect.apply(isTime, null, [given])).toBe(false);
  expect(() => parseS3Location('http://bucket/prefix')).toThrow('it is no URL of S3');
});

test('a lock wants what its options say', () => {
  const options = { path: path.resolve('x.lock'), draftsPath: path.resolve('drafts'), environment: processEnvironment };
  for (const wrong of [{ path: 5 }, { staleMs: '5' }, { environment: {} }, { isHolder: true }, { stale: 5 }])
    expect(() => Reflect.construct(FileLock, [{ ...options, ...wrong }])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(Object.keys(wrong)[0] ?? ''),
      }),
    );
  expect(new FileLock(options)).toBeInstanceOf(FileLock);
});
