import { describe, expect, test } from 'vitest';
import { isStillHead, raiseCurrent, readHead, readHeadOrBelow, readNewestIntact } from '../../dist/store/head.js';
import { type CommittedPlace, committedPlace } from './committed-place.js';
import { ONLY_THE_HEAD, writing } from './with-store.js';

describe('the pointer', () => {
  test.each([
    ['is missing', undefined, 3],
    ['is behind', 2, 3],
    ['is right', 3, undefined],
    ['is ahead of every generation', 9, 3],
    ['was raised by a later commit', 4, undefined],
  ])('that %s is written only if it must be', async (_, current, written) => {
    const found = await committedPlace(4);
    found.place.current = current;
    await raiseCurrent(found.storage, 3);
    expect(found.writtenCurrent()).toBe(written);
  });
});

describe('the head', () => {
  test('is nothing in a store without generations', async () => {
    expect(await readHead((await committedPlace(0)).storage)).toBeUndefined();
  });

  test('without a manifest is damaged, and the error says what to do', async () => {
    const found = await committedPlace(2);
    found.content(2).manifest = undefined;
    await expect(readHead(found.storage)).rejects.toMatchObject({
      code: 'GENERATION_DAMAGED',
      message: 'generation 2: its manifest is missing',
      remedy: expect.stringContaining('roll back to an intact generation'),
    });
  });
});

describe('a store without generations', () => {
  test('is empty where no pointer says otherwise', async () => {
    expect(await readHeadOrBelow((await committedPlace(0)).storage)).toEqual({ manifest: undefined, damage: [] });
  });

  test('has lost them where the pointer names one', async () => {
    const found = await committedPlace(0);
    found.place.current = 3;
    expect(await readHeadOrBelow(found.storage)).toMatchObject({
      manifest: undefined,
      damage: [{ code: 'GENERATION_DAMAGED', message: expect.stringMatching(/^generation 3: it is gone/) }],
    });
  });

  test('has lost none if the first one comes between two looks', async () => {
    const found = await committedPlace(1);
    const looks = [0, 1];
    found.storage.findHighestGeneration = async () => looks.shift() ?? 1;
    expect([await readHeadOrBelow(found.storage), looks]).toEqual([{ manifest: undefined, damage: [] }, []]);
  });
});

describe('the newest intact generation', () => {
  test('is the head where nothing is damaged', async () => {
    const found = await readNewestIntact((await committedPlace(3)).storage);
    expect([found.manifest?.generation, found.highest, found.damage]).toEqual([3, 3, []]);
  });

  test('is none, of highest number 0, in a store without generations', async () => {
    const nothing = { manifest: undefined, highest: 0, damage: [] };
    expect(await readNewestIntact((await committedPlace(0)).storage)).toEqual(nothing);
  });

  test('is below every damaged one, each of which is named, newest first', async () => {
    const found = await committedPlace(3);
    found.content(3).manifest = undefined;
    found.content(2).manifest = Buffer.from('{}');
    const intact = await readNewestIntact(found.storage);
    expect([intact.manifest?.generation, intact.highest]).toEqual([1, 3]);
    expect(intact.damage.map((error) => error.message)).toEqual([
      expect.stringContaining('generation 3:'),
      expect.stringContaining('generation 2:'),
    ]);
  });

  test('is never one that was retired, though its manifest is whole', async () => {
    const found = await committedPlace(3);
    await retireAllButTheHead(found);
    found.content(3).manifest = undefined;
    expect(await readNewestIntact(found.storage)).toMatchObject({
      manifest: undefined,
      highest: 3,
      // Those that were retired in time are not damaged.
      damage: [{ message: 'generation 3: its manifest is missing' }],
    });
  });

  test('is not a head that is marked as retired, of which it is said what to do', async () => {
    const found = await committedPlace(2);
    found.content(2).isRetired = true;
    expect(await readNewestIntact(found.storage)).toMatchObject({
      manifest: { generation: 1 },
      damage: [{ message: expect.stringMatching(/^generation 2: /), remedy: expect.stringContaining('roll back') }],
    });
  });

  test('cannot be told if the storage does not answer', async () => {
    const found = await committedPlace(1);
    const unreadable = async (): Promise<void> => {
      throw new RangeError('a mistake');
    };
    await expect(readNewestIntact(found.storage, unreadable)).rejects.toThrow('a mistake');
  });
});

test.each([
  ['the newest one', 3, [1, 2, 3], true],
  ['an older one', 2, [1, 2, 3], false],
  ['the newest one of before', 2, [1, 2], false],
  ['one that is not there any more', 4, [1, 2, 3, 4], false],
  ['one whose successor is gone', 3, [1, 2, 3, 4], false],
])('of three generations the head is %s', async (_, generation, listed, isHead) => {
  expect(await isStillHead((await committedPlace(3)).storage, generation, listed)).toBe(isHead);
});

async function retireAllButTheHead(found: CommittedPlace): Promise<void> {
  found.content(1).isRetired = true;
  found.content(2).isRetired = true;
}

test('collecting leaves the pointer alone', async () => {
  const found = await committedPlace(3);
  await found.store.collect(ONLY_THE_HEAD);
  await found.store.update(writing('a', 'last'));
  expect(found.place.current).toBe(4);
});
