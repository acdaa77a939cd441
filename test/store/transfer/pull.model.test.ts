/** Random histories of two stores that pull from each other, held against two lists. */
import fs from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStoreError, SnapshotStore } from '../../../dist/store/index.js';
import type { Storage } from '../../../dist/store/storage.js';
import { MemoryPlace, MemoryStorage } from '../memory-storage.js';
import { MemoryPlace as ObjectPlace } from '../s3/object-places.js';
import { seeded } from '../seed.js';
import { makeTemporaryFolder, writing } from '../with-store.js';
import { contentsOf, historyOf, numbersOf } from './two-stores.js';

/** A generation: which one it is in all the world, and what it holds. Passed over, it is the one before once more. */
interface Line {
  readonly id: number;
  readonly contents: Readonly<Record<string, string>>;
}

/** A store and what it should be: the lines of its history by number, from 1. */
interface Side {
  readonly store: SnapshotStore;
  lines: Line[];
}

type Step = (sides: { readonly one: Side; readonly other: Side; nextId: number }) => Promise<void>;

const NOTHING: Line = { id: 0, contents: {} };
const lineOf = ({ lines }: Side, generation: number): Line => lines[generation - 1] ?? NOTHING;
const newestOf = (side: Side): Line => lineOf(side, side.lines.length);

/** True if what is newest in `side` is somewhere in the first `length` lines of `of`. */
function isKnown(side: Side, of: Side, length: number): boolean {
  return newestOf(side).id === 0 || of.lines.slice(0, length).some(({ id }) => id === newestOf(side).id);
}

const updating =
  (name: string, text: string): Step =>
  async (sides) => {
    const { one } = sides;
    const { isNew } = await one.store.update(writing(name, text));
    const contents = { ...newestOf(one).contents, [name]: text };
    if (isNew) one.lines.push({ id: sides.nextId++, contents });
  };

const rollingBack =
  (place: number): Step =>
  async (sides) => {
    const { one } = sides;
    const { generations } = await one.store.history();
    const chosen = generations[place % Math.max(1, generations.length)];
    if (chosen === undefined) return;
    await one.store.rollback(chosen.generation);
    one.lines.push({ id: sides.nextId++, contents: lineOf(one, chosen.generation).contents });
  };

const collecting =
  (keepGenerations: number): Step =>
  async ({ one }) => {
    await one.store.collect({ keepGenerations, minimumAgeMs: 0 });
  };

const pulling =
  (place: number, onTop: boolean): Step =>
  async (sides) => {
    const { one, other } = sides;
    const { generations } = await other.store.history();
    const wanted = generations[place % Math.max(1, generations.length)]?.generation;
    if (wanted === undefined) return;
    const isAncestor = isKnown(one, other, wanted);
    const isThere = one.lines.some(({ id }) => id === lineOf(other, wanted).id);
    try {
      const { arrived, isOnTop } = await one.store.pull(other.store, { generation: wanted, onTop });
      expect(isOnTop).toBe(arrived.length > 0 && !isAncestor);
      expect(isThere || isAncestor || onTop).toBe(true);
      for (const generation of arrived) {
        while (one.lines.length < generation - 1) one.lines.push(newestOf(one));
        const line = lineOf(other, isOnTop ? wanted : generation);
        one.lines.push(isOnTop ? { ...line, id: sides.nextId++ } : line);
      }
    } catch (error) {
      if (!isStoreError(error, 'HISTORIES_DIFFER')) throw error;
      expect([isThere, isAncestor, onTop]).toEqual([false, false, false]);
    }
  };

const onOther =
  (step: Step): Step =>
  async (sides) => {
    const turned = { one: sides.other, other: sides.one, nextId: sides.nextId };
    await step(turned);
    sides.nextId = turned.nextId;
  };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.string({ maxLength: 3 })).map((of) => updating(...of)),
    weight: 4,
  },
  { arbitrary: fc.nat(5).map(rollingBack), weight: 1 },
  { arbitrary: fc.integer({ min: 1, max: 3 }).map(collecting), weight: 2 },
  { arbitrary: fc.tuple(fc.nat(2), fc.boolean()).map((of) => pulling(...of)), weight: 4 },
);
const steps = fc.array(
  fc.tuple(step, fc.boolean()).map(([one, isTurned]) => (isTurned ? onOther(one) : one)),
  { maxLength: 25 },
);

async function check(storage: () => Storage, otherStorage: () => Storage, all: readonly Step[]): Promise<void> {
  const options = { collectAutomatically: false };
  await using one = await SnapshotStore.openOn(storage(), options);
  await using other = await SnapshotStore.openOn(otherStorage(), options);
  const sides = { one: { store: one, lines: [] as Line[] }, other: { store: other, lines: [] as Line[] }, nextId: 1 };
  for (const next of all) {
    await next(sides);
    for (const side of [sides.one, sides.other]) {
      const history = numbersOf(await historyOf(side.store));
      expect(history.at(-1) ?? 0).toBe(side.lines.length);
      for (const generation of history)
        expect(await contentsOf(side.store, Number(generation))).toEqual(lineOf(side, Number(generation)).contents);
    }
  }
  for (const store of [one, other]) expect((await store.verify()).problems).toEqual([]);
}

test('two stores that pull from each other hold what two lists hold', async () => {
  const folder = makeTemporaryFolder();
  const onMemory = (): Storage => new MemoryStorage(new MemoryPlace(), folder);
  await fc.assert(
    fc.asyncProperty(steps, async (all) => check(onMemory, onMemory, all)),
    { ...seeded(), numRuns: 100 },
  );
  fs.rmSync(folder, { recursive: true });
});

test('so do one in memory and one on object storage', async () => {
  const folder = makeTemporaryFolder();
  const onMemory = (): Storage => new MemoryStorage(new MemoryPlace(), folder);
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await using place = new ObjectPlace();
      await check(onMemory, () => place.connect(), all);
    }),
    { ...seeded(), numRuns: 15 },
  );
  fs.rmSync(folder, { recursive: true });
});
