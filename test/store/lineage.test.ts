import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { findStrangers } from '../../dist/store/lineage.js';
import type { Manifest } from '../../dist/store/manifest.js';
import { ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

/** Two stores of `count` generations each. */
function withTwo(count: number, body: (folder: StoreFolder, other: StoreFolder) => Promise<void>): Promise<void> {
  return withStore((other) =>
    withStore(async (folder) => {
      for (let number = 1; number <= count; number++) {
        await folder.store.update(writing('a', `own ${number}`));
        await other.store.update(writing('a', `other ${number}`));
      }
      await body(folder, other);
    }),
  );
}

/** Puts the generation of that number of `other` in the place of the own one. */
function copyOver(folder: StoreFolder, other: StoreFolder, generation: number): void {
  const name = `generations/${String(generation).padStart(10, '0')}`;
  fs.rmSync(folder.path(name), { recursive: true });
  fs.cpSync(other.path(name), folder.path(name), { recursive: true });
  folder.isDamaged = true;
}

describe('a generation that was copied from another store', () => {
  test.each([
    [3, 'it stands on another generation 2 than the one that is here', 5],
    [1, 'generation 2 stands on another one in its place', 5],
    [5, 'it stands on another generation 4 than the one that is here', 6],
  ])('in the place of generation %i is named and set aside, and no other is', (generation, evidence, head) =>
    withTwo(5, async (folder, other) => {
      copyOver(folder, other, generation);
      const message = `generation ${generation}: it was not committed in this history: ${evidence}`;
      expect((await folder.store.verify()).problems).toEqual([{ code: 'GENERATION_DAMAGED', message, generation }]);
      await folder.leave();
      const repaired = await SnapshotStore.repair(folder.directory);
      expect(repaired).toMatchObject({ ok: true, generation: head });
      expect(repaired.steps.filter(({ action }) => action === 'setAside')).toMatchObject([{ generation }]);
      folder.isDamaged = false;
      const own = generation === 5 ? 'own 4' : 'own 5';
      expect(await textOf(await (await folder.open()).snapshot(), 'a')).toBe(own);
    }),
  );

  test('is not seen in one whose writer is registered: it slept, and has claimed a dead number', () =>
    withTwo(5, async (folder, other) => {
      copyOver(folder, other, 3);
      const [writer = ''] = other.list('instances');
      fs.copyFileSync(other.path('instances', writer), folder.path('instances', writer));
      expect((await folder.store.verify()).problems).toEqual([]);
      fs.rmSync(folder.path('instances', writer));
      expect((await folder.store.verify()).problems).toHaveLength(1);
    }));

  test('is not seen in one whose parent was collected, and then contradicts nothing', () =>
    withTwo(3, async (folder) => {
      await folder.store.collect({ ...ONLY_THE_HEAD, keepGenerations: 2 });
      await folder.store.collect(ONLY_THE_HEAD);
      expect((await folder.store.verify()).problems).toEqual([]);
    }));
});

describe('of generations that contradict each other', () => {
  test.each([
    ['one between others', 'aaxaa', [3]],
    ['two between others', 'aaxxaaa', [3, 4]],
    ['two between others of which the upper part is short', 'aaxxa', [3, 4]],
    ['the newest', 'aaaax', [5]],
    ['the oldest', 'xaa', [1]],
    ['the lower of two, for the upper one knows what it stands on', 'xa', [1]],
    ['each of several', 'aaxaaxaa', [3, 6]],
    ['none of one history', 'aaaa', []],
  ])('%s: %s', (_what, stores, strangers) => {
    const manifests = [...stores].map((store, place) => manifestOf(store, place + 1));
    expect([...findStrangers(manifests, new Set()).keys()].sort()).toEqual(strangers);
  });

  test('the lower of two is named though its writer is registered, for the upper one may be the stranger', () => {
    const registered = new Set(['a']);
    expect([...findStrangers([manifestOf('a', 4), manifestOf('x', 5)], registered).keys()]).toEqual([4]);
    expect(
      findStrangers(
        ['a', 'x', 'x'].map((store, place) => manifestOf(store, place + 4)),
        registered,
      ).size,
    ).toBe(0);
  });

  test('none where the parent is not there', () => {
    expect(findStrangers([manifestOf('x', 2), manifestOf('a', 4)], new Set()).size).toBe(0);
  });
});

function manifestOf(store: string, generation: number): Manifest {
  return {
    generation,
    parent: generation === 1 ? null : { generation: generation - 1, nonce: `${store}-${generation - 1}` },
    nonce: `${store}-${generation}`,
    createdAt: '2026-01-02T03:04:05.000Z',
    writer: { instance: store, client: 'test', host: 'here', pid: 1, bootId: '' },
    operation: 'update',
    reason: '',
    unsynced: [],
    hold: null,
    metadata: {},
    files: new Map(),
    writers: new Map(),
  };
}
