import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCollection, openDocument } from '../../dist/documents/index.js';
import { diagnoseStore, exportSnapshot, SnapshotStore, surveyFileSystem } from '../../dist/store/index.js';
import { withStore, writing } from './with-store.js';

const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;

const localCalls: readonly (readonly [string, (place: string) => Promise<unknown>])[] = [
  ['surveyFileSystem', (place) => surveyFileSystem(place)],
  [
    'exportSnapshot',
    (place) =>
      withStore(async ({ store }) => {
        await store.update(writing('a', '1'));
        const snapshot = await store.snapshot();
        const refusal = await exportSnapshot(snapshot, place).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ code: 'INVALID_OPTION' });
        throw refusal;
      }),
  ],
];

const calls: typeof localCalls = [
  ['open', (place) => SnapshotStore.open(place)],
  ['open for reading', (place) => SnapshotStore.open(place, { readOnly: true })],
  ['destroy', (place) => SnapshotStore.destroy(place)],
  ['repair', (place) => SnapshotStore.repair(place)],
  ['diagnoseStore', (place) => diagnoseStore(place)],
  ['openDocument', (place) => openDocument(place, schema)],
  ['openCollection', (place) => openCollection(place, schema)],
  ...localCalls,
];

describe.each(calls)('%s', (_, call) => {
  test.each([
    [path.join('s3://bucket', 'x'), '`s3://bucket/prefix`'],
    ['S3://bucket/x', 'in small letters'],
    ['gs://bucket/x', '`./`'],
    ['file:///tmp/x', 'fileURLToPath'],
  ])('takes %s for no directory', async (place, remedy) => {
    const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining(`'${place}' is a URL`) };
    await expect(call(place)).rejects.toMatchObject({ ...refusal, remedy: expect.stringContaining(remedy) });
    expect(fs.readdirSync('.').filter((name) => name.endsWith(':'))).toEqual([]);
  });
});

test.each(localCalls)('%s says that it is for local stores', async (_, call) => {
  const refusal = { code: 'INVALID_OPTION', remedy: expect.stringContaining('local file system') };
  await expect(call('s3://bucket/x')).rejects.toMatchObject(refusal);
});

test('a drive of one letter, and a directory that is written as one, are paths', () =>
  withStore(async (folder) => {
    const place = path.join(folder.directory, '..', 'c:', 'x');
    await (await SnapshotStore.open(place)).close();
    const relative = `./${path.relative('.', path.join(folder.directory, '..', 'gs:', 'x'))}`;
    await (await SnapshotStore.open(relative)).close();
    expect(fs.existsSync(path.resolve(relative, 'generations'))).toBe(true);
  }));
