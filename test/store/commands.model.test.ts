import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SnapshotStore } from '../../dist/store/index.js';
import { seeded } from './seed.js';
import { bytesOf, StoreFolder, textOf } from './with-store.js';

/** What the store should be: plain maps. */
interface Model {
  readonly generations: Map<number, ReadonlyMap<string, string>>;
  readonly openable: Set<number>;
  readonly tags: Map<string, number>;
  head: number;
  isHeld: boolean;
}

interface Real {
  readonly folder: StoreFolder;
  stores: readonly SnapshotStore[];
}

type Command = fc.AsyncCommand<Model, Real>;

/** One of the two open stores. */
const which = fc.constantFrom(0, 1);
const fileName = fc.constantFrom('a', 'b', 'dir/c', 'dir/deep/d');

function storeOf(real: Real, index: number): SnapshotStore {
  return real.stores[index] ?? real.folder.store;
}

function commitTo(model: Model, files: ReadonlyMap<string, string>): void {
  model.head += 1;
  model.generations.set(model.head, files);
  model.openable.add(model.head);
}

async function expectHead(model: Model, store: SnapshotStore): Promise<void> {
  const snapshot = await store.snapshot();
  expect(snapshot.generation).toBe(model.head);
  await expectFiles(snapshot, model.generations.get(model.head) ?? new Map());
}

type Readable = Awaited<ReturnType<SnapshotStore['snapshot']>>;

async function expectFiles(snapshot: Readable, files: ReadonlyMap<string, string>): Promise<void> {
  expect([...snapshot.files.keys()].sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) expect(await textOf(snapshot, name)).toBe(text);
}

function update(index: number, written: Readonly<Record<string, string>>, removed: readonly string[]): Command {
  return {
    check: () => true,
    toString: () => `update(${index}, ${JSON.stringify(written)}, ${JSON.stringify(removed)})`,
    async run(model, real) {
      const base = model.generations.get(model.head) ?? new Map<string, string>();
      const removing = removed.filter((name) => base.has(name) && written[name] === undefined);
      const done = storeOf(real, index).update((draft) => {
        for (const name of removing) draft.remove(name);
        for (const [name, text] of Object.entries(written)) draft.write(name, bytesOf(text));
      });
      if (model.isHeld) return expect(done).rejects.toMatchObject({ code: 'STORE_HELD' });
      expect((await done).isNew).toBe(removing.length > 0 || Object.keys(written).length > 0);
      if (!(await done).isNew) return;
      const files = new Map([...base, ...Object.entries(written)]);
      for (const name of removing) files.delete(name);
      commitTo(model, files);
      await expectHead(model, storeOf(real, 1 - index));
    },
  };
}

function rollback(index: number, generation: number, hold: boolean): Command {
  return {
    check: () => true,
    toString: () => `rollback(${index}, ${generation}, ${hold})`,
    async run(model, real) {
      const done = storeOf(real, index).rollback(generation, { hold });
      if (!model.openable.has(generation)) return expect(done).rejects.toMatchObject({ name: 'StoreError' });
      await done;
      commitTo(model, model.generations.get(generation) ?? new Map());
      model.isHeld ||= hold;
      await expectHead(model, storeOf(real, 1 - index));
    },
  };
}

function resume(index: number): Command {
  return {
    check: () => true,
    toString: () => `resume(${index})`,
    async run(model, real) {
      expect((await storeOf(real, index).resume()).isNew).toBe(model.isHeld);
      if (model.isHeld) commitTo(model, model.generations.get(model.head) ?? new Map());
      model.isHeld = false;
    },
  };
}

function collect(index: number, keepGenerations: number): Command {
  return {
    check: () => true,
    toString: () => `collect(${index}, ${keepGenerations})`,
    async run(model, real) {
      const tagged = new Set(model.tags.values());
      const history = [...model.openable].sort((a, b) => a - b);
      const expected = history.slice(0, -keepGenerations).filter((generation) => !tagged.has(generation));
      const { retired } = await storeOf(real, index).collect({ keepGenerations, minimumAgeMs: 0 });
      expect(retired).toEqual(expected);
      for (const generation of retired) model.openable.delete(generation);
    },
  };
}

function tag(index: number, name: string, generation: number): Command {
  return {
    check: () => true,
    toString: () => `tag(${index}, ${name}, ${generation})`,
    async run(model, real) {
      const done = storeOf(real, index).tag(name, generation);
      const isPossible = model.openable.has(generation) && !model.tags.has(name);
      if (!isPossible) return expect(done).rejects.toMatchObject({ name: 'StoreError' });
      await done;
      model.tags.set(name, generation);
    },
  };
}

function untag(index: number, name: string): Command {
  return {
    check: (model) => model.tags.has(name),
    toString: () => `untag(${index}, ${name})`,
    async run(model, real) {
      await storeOf(real, index).untag(name);
      model.tags.delete(name);
    },
  };
}

function reopen(): Command {
  return {
    check: () => true,
    toString: () => 'reopen()',
    async run(model, real) {
      for (const store of real.stores) if (store !== real.folder.store) await store.close();
      const options = { collectAutomatically: false } as const;
      real.stores = [await real.folder.open(options), await real.folder.open(options)];
      await expectHead(model, storeOf(real, 1));
    },
  };
}

function readAll(index: number): Command {
  return {
    check: () => true,
    toString: () => `readAll(${index})`,
    async run(model, real) {
      const { generations } = await storeOf(real, index).history();
      expect(generations.map((entry) => entry.generation)).toEqual([...model.openable].sort((a, b) => b - a));
      for (const generation of model.openable) {
        await using snapshot = await storeOf(real, index).openGeneration(generation);
        await expectFiles(snapshot, model.generations.get(generation) ?? new Map());
      }
      expect((await storeOf(real, index).verify()).problems).toEqual([]);
    },
  };
}

const generation = fc.integer({ min: 1, max: 12 });
const tagName = fc.constantFrom('x', 'y');
const commands = fc.commands(
  [
    fc
      .tuple(which, fc.dictionary(fileName, fc.string({ maxLength: 5 })), fc.array(fileName))
      .map((all) => update(...all)),
    fc
      .tuple(which, fc.dictionary(fileName, fc.string({ maxLength: 5 })), fc.array(fileName))
      .map((all) => update(...all)),
    fc.tuple(which, generation, fc.boolean()).map((all) => rollback(...all)),
    which.map(resume),
    fc.tuple(which, fc.integer({ min: 1, max: 4 })).map((all) => collect(...all)),
    fc.tuple(which, tagName, generation).map((all) => tag(...all)),
    fc.tuple(which, tagName).map((all) => untag(...all)),
    fc.constant(null).map(reopen),
    which.map(readAll),
  ],
  { maxCommands: 40 },
);

test(
  'whatever is done to it, the store shows what plain maps show',
  () =>
    fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const folder = await StoreFolder.make({ collectAutomatically: false });
        const other = await folder.open({ collectAutomatically: false });
        const model = { generations: new Map(), openable: new Set<number>(), tags: new Map(), head: 0, isHeld: false };
        await fc.asyncModelRun(async () => ({ model, real: { folder, stores: [folder.store, other] } }), sequence);
        await folder.end();
      }),
      { ...seeded(), numRuns: process.env.SNAPDEX_FULL === '1' ? 300 : 15 },
    ),
  600_000,
);
