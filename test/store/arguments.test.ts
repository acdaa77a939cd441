import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoseStore, SnapshotStore } from '../../dist/store/index.js';
import { withStore, writing } from './with-store.js';

test.each([['text'], [5], [undefined], [[1, 2]]])('content that is no bytes is refused by name: %j', (content) =>
  withStore(async ({ store }) => {
    const update = store.update((draft) => Reflect.apply(draft.write, draft, ['a', content]));
    await expect(update).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('file "a"'),
      remedy: expect.stringContaining('Buffer.from'),
    });
  }),
);

test.each([['2'], [undefined], [null]])('a generation is a number, and not %j', (generation) =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining('it is no number') };
    await expect(Reflect.apply(store.rollback, store, [generation])).rejects.toMatchObject(refusal);
    await expect(Reflect.apply(store.openGeneration, store, [generation])).rejects.toMatchObject(refusal);
  }),
);

test('a tag that looks like the number of a generation is refused', () =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    await expect(store.tag('5')).rejects.toMatchObject({ code: 'INVALID_NAME' });
    expect((await store.tag('v5')).generation).toBe(1);
  }));

describe('a file is no place for a store', () => {
  test.each<[string, (directory: string) => Promise<unknown>]>([
    ['open', (directory) => SnapshotStore.open(directory)],
    ['open for reading', (directory) => SnapshotStore.open(directory, { readOnly: true })],
    ['repair', (directory) => SnapshotStore.repair(directory)],
    ['destroy', (directory) => SnapshotStore.destroy(directory)],
    ['diagnose', (directory) => diagnoseStore(directory)],
  ])('nor is a path below one: %s', (_, call) =>
    withStore(async (folder) => {
      const file = folder.path('file');
      fs.writeFileSync(file, 'mine');
      const refusal = { code: 'INVALID_OPTION', message: expect.stringMatching(/file is a file$|file: is a file$/) };
      for (const place of [file, path.join(file, 'x', 'y')]) await expect(call(place)).rejects.toMatchObject(refusal);
      expect(fs.readFileSync(file, 'utf8')).toBe('mine');
      fs.rmSync(file);
    }),
  );
});

describe('a lease', () => {
  test.each(['../escape', 'generations/0000000001/x', 'commit', 'Store', '', 5, undefined])(
    'cannot be named %j, which may reach out of the store or into it',
    (name) =>
      withStore(async (folder) => {
        const refusal = { code: 'INVALID_NAME', message: expect.stringContaining('lease') };
        await expect(Reflect.apply(folder.store.tryLease, folder.store, [name])).rejects.toMatchObject(refusal);
        await expect(Reflect.apply(folder.store.leaseVersion, folder.store, [name])).rejects.toMatchObject(refusal);
        expect(fs.readdirSync(path.dirname(folder.directory))).toEqual(['store']);
      }),
  );
});
