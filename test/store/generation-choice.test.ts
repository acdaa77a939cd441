import { describe, expect, test } from 'vitest';
import { findGeneration, isTime, processEnvironment } from '../../dist/store/index.js';
import { type StoreFolder, withStore } from './with-store.js';

/** A store whose clock goes on by a minute with every commit: generation n is made n minutes after 12:00. */
async function minutes(folder: StoreFolder, count: number): Promise<StoreFolder['store']> {
  let nowMs = Date.parse('2026-01-01T12:00:00Z');
  const environment = { ...processEnvironment, now: () => nowMs };
  const retention = { keepGenerations: 2, minimumAgeMs: 0 };
  const store = await folder.openOn(folder.storage(environment), {
    environment,
    retention,
    collectAutomatically: false,
  });
  for (let minute = 1; minute <= count; minute++) {
    nowMs += 60_000;
    await folder.advance(1, store);
  }
  nowMs += 60_000;
  return store;
}

/** Three generations, made at 12:01, 12:02 and 12:03 of the first day of 2026, and the tag `good` on the second. */
async function threeMinutes(folder: StoreFolder): Promise<StoreFolder['store']> {
  const store = await minutes(folder, 3);
  await store.tag('good', 2);
  return store;
}

describe('the generation that a word names', () => {
  test.each([
    ['3', 3],
    ['4711', 4711],
    ['good', 2],
    ['2026-01-01T12:02:00Z', 2],
    ['2026-01-01T12:02:59.999Z', 2],
    ['2026-01-01T13:01:30+01:00', 1],
    ['2026-01-02', 3],
  ])('%s is %i', (word, generation) =>
    withStore(async (folder) => {
      expect(await findGeneration(await threeMinutes(folder), word)).toBe(generation);
    }),
  );

  test.each([
    ['godo', 'TAG_NOT_FOUND', 'there is good'],
    ['yesterday', 'TAG_NOT_FOUND', 'there is good'],
    ['2026-01-01', 'GENERATION_EXPIRED', '2026-01-01T12:01:00.000Z'],
  ])('%s is %s, and what can be done is said', (word, code, remedy) =>
    withStore(async (folder) => {
      const store = await threeMinutes(folder);
      await expect(findGeneration(store, word)).rejects.toMatchObject({
        code,
        remedy: expect.stringContaining(remedy),
      });
    }),
  );

  test('cannot be a time while there is no generation', () =>
    withStore(async ({ store }) => {
      await expect(findGeneration(store, '2026-01-01')).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    }));

  test.each(['2026-13-01', '2026-1-1', 'now', '12:00', '2026-01-01T', '2026-01-01T25:00Z'])('%s is no time', (word) => {
    expect(isTime(word)).toBe(false);
  });
});

describe('a time in a history with a gap', () => {
  /** Generations 2, tagged, and 5 and 6; what was between was collected. */
  async function withGap(folder: StoreFolder): Promise<StoreFolder['store']> {
    const store = await minutes(folder, 4);
    await store.tag('good', 2);
    await folder.advance(2, store);
    await store.collect();
    return store;
  }

  test.each(['12:02:00Z', '12:03:30Z', '12:04:59Z'])('%s may have been that of a collected generation', (time) =>
    withStore(async (folder) => {
      const store = await withGap(folder);
      await expect(findGeneration(store, `2026-01-01T${time}`)).rejects.toMatchObject({
        code: 'GENERATION_EXPIRED',
        message: expect.stringContaining('between generations 2 and 5'),
        remedy: expect.stringContaining('2026-01-01T12:05:00.000Z'),
      });
    }),
  );

  test('names what is on this side of it', () =>
    withStore(async (folder) => {
      expect(await findGeneration(await withGap(folder), '2026-01-01T12:05:00Z')).toBe(6);
    }));

  test('names no generation beside one that is damaged', () =>
    withStore(async (folder) => {
      const store = await minutes(folder, 3);
      folder.truncate('generations/0000000002/manifest.json', 10);
      await expect(findGeneration(store, '2026-01-01T12:02:30Z')).rejects.toMatchObject({ code: 'GENERATION_EXPIRED' });
    }));

  test('names what a recovery and a rollback were made from, over the number that was not complete', () =>
    withStore(async (folder) => {
      const store = await minutes(folder, 3);
      folder.truncate('generations/0000000003/manifest.json', 10);
      await store.rollback(1, { hold: true });
      expect((await store.history()).generations.map(({ generation, parent }) => [generation, parent])).toEqual([
        [4, 2],
        [2, 1],
        [1, null],
      ]);
      expect(await findGeneration(store, '2026-01-01T12:02:30Z')).toBe(2);
      expect(await findGeneration(store, '2026-01-01T12:04:00Z')).toBe(4);
    }));
});
