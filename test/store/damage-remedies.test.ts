import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { ONLY_THE_HEAD, type StoreFolder, withStore, writing } from './with-store.js';

function withThree(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    for (const text of ['1', '2', '3']) await folder.store.update(writing('a', text));
    await folder.leave();
    await body(folder);
  });
}

/** What is done to a store, and what then fails. */
type Case = readonly [string, (folder: StoreFolder) => void, (store: SnapshotStore) => Promise<unknown>];

describe('the remedy names the repair', () => {
  const replaceByFile =
    (name: string) =>
    (folder: StoreFolder): void => {
      fs.rmSync(folder.path(name), { recursive: true, force: true });
      fs.writeFileSync(folder.path(name), '');
    };
  const cases: readonly Case[] = [
    [
      'a rollback below a number that leaves none above it',
      (folder) => fs.mkdirSync(folder.path('generations/9999999999')),
      (store) => store.rollback(1),
    ],
    [
      'an update of a damaged head',
      (folder) => folder.truncate('generations/0000000003/manifest.json', 3),
      (store) => store.update(writing('a', '4')),
    ],
    [
      'reading a missing file',
      (folder) => folder.removeFile('generations/0000000003/a'),
      async (store) => (await store.snapshot()).read('a'),
    ],
    [
      'collecting beside a damaged tag',
      (folder) => fs.writeFileSync(folder.path('tags/bad'), '{'),
      (store) => store.collect(),
    ],
    ['collecting without a trash', replaceByFile('trash'), (store) => store.collect(ONLY_THE_HEAD)],
    ['collecting without pins', replaceByFile('pins'), (store) => store.collect()],
    ['tagging without tags', replaceByFile('tags'), (store) => store.tag('v1')],
    ['an update without drafts', replaceByFile('drafts'), (store) => store.update(writing('a', '4'))],
    ['a lease that is a file', replaceByFile('work.lock'), (store) => store.tryLease('work')],
    [
      'opening with junk in the lock',
      (folder) => fs.mkdirSync(folder.path('store.lock/junk'), { recursive: true }),
      (store) => SnapshotStore.open(store.describe().location),
    ],
    ['opening without instances', replaceByFile('instances'), (store) => SnapshotStore.open(store.describe().location)],
  ];
  test.each(cases)('of %s', (_what, damage, action) =>
    withThree(async (folder) => {
      const store = await folder.open({ collectAutomatically: false });
      damage(folder);
      await expect(action(store)).rejects.toMatchObject({ remedy: expect.stringContaining('`SnapshotStore.repair`') });
      await store.close().catch(() => {});
      await SnapshotStore.repair(folder.directory);
      folder.isDamaged = false;
    }),
  );

  test('of a commit lock with junk in it, which is only warned about', () =>
    withThree(async (folder) => {
      fs.mkdirSync(folder.path('commit.lock/junk'), { recursive: true });
      const store = await folder.open({ collectAutomatically: false });
      await store.update(writing('a', '4'));
      expect(folder.warnings).toEqual([expect.stringContaining('`SnapshotStore.repair`')]);
      await store.close();
      await SnapshotStore.repair(folder.directory);
    }));
});
