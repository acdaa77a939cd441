import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../dist/store/manifest.js';
import { mayHaveLostPower, planRecovery, readRecoveryBase, requireDurableContent } from '../../dist/store/recovery.js';
import type { FileLocation } from '../../dist/store/storage.js';
import { type CommittedPlace, committedPlace } from './committed-place.js';

const deferred = { durability: 'deferred' } as const;

async function manifestOf(found: CommittedPlace, generation: number): Promise<Manifest> {
  await using snapshot = await found.store.openGeneration(generation);
  if (snapshot.manifest === undefined) throw new Error('there is no such generation');
  return snapshot.manifest;
}

/** Which files are compared when the head of `found` is looked at after a power cut. */
async function comparedFiles(found: CommittedPlace, generation: number): Promise<readonly FileLocation[]> {
  const opened: FileLocation[] = [];
  let open = 0;
  const openFile = found.storage.openFile.bind(found.storage);
  found.storage.openFile = async (location) => {
    opened.push(location);
    const file = await openFile(location);
    if (file === undefined) return undefined;
    open += 1;
    return {
      ...file,
      close: () => {
        open -= 1;
      },
    };
  };
  await requireDurableContent(found.storage, await manifestOf(found, generation));
  expect(open).toBe(0);
  return opened;
}

describe('what may not have reached the disk', () => {
  test('is nothing after a durable commit', async () => {
    expect(await comparedFiles(await committedPlace(3), 3)).toEqual([]);
  });

  test('is what unsynced generations wrote, and nothing else', async () => {
    const found = await committedPlace(3, deferred);
    found.content(1).isSynced = true;
    expect(await comparedFiles(found, 3)).toEqual([
      { owner: 2, name: 'file-2' },
      { owner: 3, name: 'file-3' },
      { owner: 3, name: 'last' },
    ]);
  });

  test('is nothing where the generations it names are synced by now', async () => {
    const found = await committedPlace(2, deferred);
    await found.store.flush();
    expect(await comparedFiles(found, 2)).toEqual([]);
  });

  test('hides behind no generation whose claim a power cut took away', async () => {
    const found = await committedPlace(3, deferred);
    const head = await manifestOf(found, 3);
    found.place.generations.delete(2);
    await expect(requireDurableContent(found.storage, head)).rejects.toThrow('file "file-2" did not reach the disk');
    found.content(1).files.set('file-1', new Uint8Array());
    await expect(requireDurableContent(found.storage, head)).rejects.toThrow('file "file-1" did not reach the disk');
  });

  test.each([
    ['is missing', (found: CommittedPlace) => found.content(2).files.delete('file-2')],
    ['is shorter', (found: CommittedPlace) => found.content(2).files.set('file-2', new Uint8Array())],
    ['is full of zeros', (found: CommittedPlace) => found.content(2).files.set('file-2', new Uint8Array(1))],
  ])('makes a generation damaged if a file %s', async (_, damage) => {
    const found = await committedPlace(2, deferred);
    damage(found);
    await expect(requireDurableContent(found.storage, await manifestOf(found, 2))).rejects.toMatchObject({
      code: 'GENERATION_DAMAGED',
      message: 'generation 2: file "file-2" did not reach the disk',
      remedy: expect.stringContaining('newest complete generation'),
    });
  });
});

describe('power may have been lost', () => {
  test.each([
    ['since a deferred commit of an earlier boot', [2], 'before', true],
    ['since a deferred commit where nobody knows the boot', [2], '', true],
    ['not since a deferred commit of this boot', [2], 'now', false],
    ['without harm to a durable commit', [], 'before', false],
  ])('%s', async (_, unsynced, bootId, expected) => {
    const head = await manifestOf(await committedPlace(1), 1);
    expect(mayHaveLostPower({ ...head, unsynced, writer: { ...head.writer, bootId } }, 'now')).toBe(expected);
  });

  test('since a deferred commit where no boot says which one it is', async () => {
    const head = await manifestOf(await committedPlace(1), 1);
    expect(mayHaveLostPower({ ...head, unsynced: [1], writer: { ...head.writer, bootId: '' } }, '')).toBe(true);
  });

  test('not where neither says its boot, and nothing was open', async () => {
    const head = await manifestOf(await committedPlace(1), 1);
    expect(mayHaveLostPower({ ...head, unsynced: [], writer: { ...head.writer, bootId: '' } }, '')).toBe(false);
  });
});

describe('recovering', () => {
  test('does nothing about a head that is complete', async () => {
    const found = await committedPlace(2, deferred);
    expect(await planRecovery(await readRecoveryBase(found.storage))).toBeUndefined();
  });

  test('does nothing in a store without generations', async () => {
    const { storage } = await committedPlace(0);
    expect(await planRecovery(await readRecoveryBase(storage))).toBeUndefined();
  });

  test('restores the newest complete generation, its hold included, and says so', async () => {
    const found = await committedPlace(2, deferred);
    await found.store.rollback(1, { hold: true });
    await found.store.rollback(2);
    found.content(4).manifest = undefined;
    const plan = await planRecovery(await readRecoveryBase(found.storage));
    expect(plan).toMatchObject({
      operation: 'recover',
      reason: 'generation 4 was not complete, restored 3',
      hold: { rolledBackTo: 1 },
    });
    expect([...(plan?.shared.keys() ?? [])].sort()).toEqual(['file-1', 'last']);
  });

  test('restores nothing, above the damaged number, where nothing is complete', async () => {
    const found = await committedPlace(1, deferred);
    found.content(1).files.clear();
    const base = await readRecoveryBase(found.storage);
    expect(base).toEqual({ generation: 1, manifest: undefined });
    expect(await planRecovery(base)).toMatchObject({
      reason: 'generation 1 was not complete, restored nothing',
      hold: null,
    });
  });
});
