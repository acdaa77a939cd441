import fs from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { ONLY_THE_HEAD, type StoreFolder, withStore } from './with-store.js';

const KILOBYTES = 100;

/** Commits generations that each replace one large file. */
async function grow(folder: StoreFolder, count: number): Promise<void> {
  for (let done = 0; done < count; done++)
    await folder.store.update((draft) => draft.write('large', Buffer.alloc(KILOBYTES * 1000, done)));
}

/** A limit for the history that `generations` generations of `grow` stay below. */
function roomFor(generations: number): number {
  return (generations * KILOBYTES + KILOBYTES / 2) * 1000;
}

function bytesBelow(directory: string): number {
  const entries = fs.readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
  return files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
}

describe('retention by total size', () => {
  test('lets the oldest go until the rest fits', () =>
    withStore(async (folder) => {
      await grow(folder, 5);
      const found = await folder.store.collect({ minimumAgeMs: 0, maximumTotalBytes: roomFor(2) });
      expect([found.retired, found.kept]).toEqual([
        [1, 2, 3],
        [4, 5],
      ]);
      expect(found.retirements.map(({ reason }) => reason)).toEqual(['size', 'size', 'size']);
    }));

  test('never lets the head or a tagged generation go, and says that they are what is left', () =>
    withStore(async (folder) => {
      await grow(folder, 2);
      await folder.store.tag('release', 1);
      await grow(folder, 2);
      const { kept, remaining, totalBytes } = await folder.store.collect({ minimumAgeMs: 0, maximumTotalBytes: 1 });
      expect(kept).toEqual([1, 4]);
      expect(remaining.map(({ keptBy }) => keptBy)).toEqual([[{ by: 'tag', name: 'release' }], [{ by: 'head' }]]);
      expect(totalBytes).toBeGreaterThan(2 * KILOBYTES * 1000);
    }));

  test('lets neither an open nor a young generation go', () =>
    withStore(async (folder) => {
      await grow(folder, 3);
      await using _first = await folder.store.openGeneration(1);
      const open = await folder.store.collect({ minimumAgeMs: 0, maximumTotalBytes: 1, dryRun: true });
      expect(open.kept).toEqual([1, 3]);
      expect(open.remaining[0]?.keptBy).toMatchObject([
        { by: 'pin', process: { pid: process.pid, client: 'snapdex' } },
      ]);
      expect((await folder.store.collect({ minimumAgeMs: 60_000, maximumTotalBytes: 1 })).kept).toEqual([1, 2, 3]);
    }));

  test('counts a file that generations share once', () =>
    withStore(async (folder) => {
      await grow(folder, 1);
      await folder.advance(4);
      expect((await folder.store.collect({ minimumAgeMs: 0, maximumTotalBytes: roomFor(1) })).retired).toEqual([]);
    }));

  test('a dry run tells each byte that collecting then frees, and what the history occupies afterwards', () =>
    withStore(async (folder) => {
      await grow(folder, 3);
      await folder.advance(3);
      const limits = { keepGenerations: 4, minimumAgeMs: 0, maximumTotalBytes: roomFor(1) };
      const planned = await folder.store.collect({ ...limits, dryRun: true });
      expect(planned.retirements.map(({ reason }) => reason)).toEqual(['count', 'count']);
      const { freedBytes, totalBytes } = await folder.store.collect(limits);
      expect([planned.freedBytes, planned.totalBytes]).toEqual([freedBytes, totalBytes]);
      expect(totalBytes).toBe(bytesBelow(folder.path('generations')));
    }));

  test('a store in use keeps below its size by itself', () =>
    withStore(async (folder) => {
      await grow(folder, 6);
      const retention = { minimumAgeMs: 0, maximumTotalBytes: roomFor(2) };
      const writer = await folder.open({ collectAutomatically: true, retention });
      await writer.update((draft) => draft.write('small', Buffer.alloc(1)));
      await vi.waitFor(() => expect(bytesBelow(folder.path('generations'))).toBeLessThan(roomFor(2)), 30_000);
      expect(folder.list('generations')).toEqual(['0000000005', '0000000006', '0000000007']);
    }));

  test('a store in use comes back for what was too young', () =>
    withStore(async (folder) => {
      await grow(folder, 3);
      const retention = { minimumAgeMs: 500, maximumTotalBytes: roomFor(1) };
      const writer = await folder.open({ collectAutomatically: true, retention });
      await writer.update((draft) => draft.write('small', Buffer.alloc(1)));
      await vi.waitFor(() => expect(bytesBelow(folder.path('generations'))).toBeLessThan(roomFor(1)), 30_000);
    }));

  test('what lies below a damaged generation is not said to become free', () =>
    withStore(async (folder) => {
      await grow(folder, 4);
      folder.flipByte('generations/0000000002/manifest.json', 40);
      const { retirements, remaining } = await folder.store.collect({ ...ONLY_THE_HEAD, dryRun: true });
      expect(retirements).toMatchObject([{ generation: 1, freedBytes: 0 }, { generation: 3 }]);
      expect(retirements[1]?.freedBytes).toBeGreaterThan(KILOBYTES * 1000);
      expect(remaining.map(({ generation, keptBy }) => [generation, keptBy[0]?.by])).toEqual([
        [2, 'damage'],
        [4, 'head'],
      ]);
    }));

  test('a pin of a process that has ended keeps nothing', () =>
    withStore(async (folder) => {
      await grow(folder, 2);
      const dead = { ...processEnvironment.identity(), pid: 2 ** 22 + 1, startTime: '1' };
      const record = { identity: dead, client: 'gone', role: '', openedAt: '2026-01-01T00:00:00.000Z' };
      fs.writeFileSync(folder.path('instances/0123456789abcdef'), JSON.stringify(record));
      fs.writeFileSync(folder.path('pins/0000000001-0123456789abcdef-1'), '');
      expect((await folder.store.collect({ ...ONLY_THE_HEAD, dryRun: true })).retired).toEqual([1]);
    }));

  test('a size that is none is refused', () =>
    withStore(async ({ store }) => {
      await expect(store.collect({ maximumTotalBytes: Number.NaN })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }));
});
