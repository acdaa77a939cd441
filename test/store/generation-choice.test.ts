import { describe, expect, test } from 'vitest';
import { findGeneration, isTime, processEnvironment } from '../../dist/store/index.js';
import { type StoreFolder, withStore } from './with-store.js';

/** Three generations, made at 12:01, 12:02 and 12:03 of the first day of 2026, and the tag `good` on the second. */
async function threeMinutes(folder: StoreFolder): Promise<StoreFolder['store']> {
  let nowMs = Date.parse('2026-01-01T12:00:00Z');
  const environment = { ...processEnvironment, now: () => nowMs };
  const store = await folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
  for (let minute = 1; minute <= 3; minute++) {
    nowMs += 60_000;
    await folder.advance(1, store);
  }
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
