/** Commands that change nothing. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { diffSnapshots, exportSnapshot, isStoreError, SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf } from '../with-store.js';
import { type Command, command } from './command.js';
import type { PlainGeneration, PlainStore } from './plain-store.js';
import { expectContent } from './real-stores.js';

/** The whole history, generation by generation, and a check of every byte. */
export function readAll(index: number): Command {
  return command('readAll', [index], async (model, real) => {
    await expectHistory(real.store(index), model);
    expect((await real.store(index).verify()).problems).toEqual([]);
  });
}

/** A store that only reads shows the same, and refuses to write. */
export function readOnly(): Command {
  return command('readOnly', [], async (model, real) => {
    await using store = await real.openStore({ readOnly: true });
    await expectHistory(store, model);
    const writing = store.update((draft) => draft.write('a', bytesOf('never')));
    await expect(writing).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  });
}

async function expectHistory(store: SnapshotStore, model: PlainStore): Promise<void> {
  const { generations } = await store.history();
  expect(generations.map((entry) => entry.generation)).toEqual([...model.generations.keys()].reverse());
  for (const [generation, expected] of model.generations) {
    await using snapshot = await store.openGeneration(generation);
    await expectContent(snapshot, expected);
  }
  const tags = (await store.tags()).map(({ name, generation }) => [name, generation]);
  expect(tags).toEqual([...model.tags].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What was opened long ago still shows what it showed; without a pin it may say that it is gone, once it is. */
export function readSnapshots(): Command {
  return command('readSnapshots', [], async (model, real) => {
    for (const { snapshot, expected, isPinned } of real.snapshots) {
      try {
        await expectContent(snapshot, expected);
      } catch (error) {
        const mayBeGone = !isPinned && !model.generations.has(snapshot.generation);
        if (!mayBeGone || !isStoreError(error, 'GENERATION_EXPIRED')) throw error;
      }
    }
  });
}

/** After collecting, what the store says it occupies is what lies there. */
export function countBytes(index: number): Command {
  return command('countBytes', [index], async (_, real) => {
    const { totalBytes } = await real.store(index).collect({ keepGenerations: 1_000_000 });
    expect(real.place.countBytes()).toBe(totalBytes);
  });
}

/** The head as a store of its own. */
export function exportHead(index: number, method: 'cheapest' | 'copy'): Command {
  return command('exportHead', [index, method], async (model, real) => {
    const target = path.join(real.folder, 'exported');
    await using snapshot = await real.store(index).snapshot();
    const exporting = exportSnapshot(snapshot, target, { method });
    if (model.head === 0) return expect(exporting).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    expect(await exporting).toMatchObject({ generation: model.head, files: model.newest.files.size });
    await using exported = await SnapshotStore.open(target, { readOnly: true });
    await expectContent(await exported.snapshot(), { ...model.newest, isHeld: false });
    expect((await exported.verify()).problems).toEqual([]);
    fs.rmSync(target, { recursive: true });
  });
}

/** What differs between two generations of the history. */
export function diff(index: number, from: number, to: number): Command {
  return command('diff', [index, from, to], async (model, real) => {
    const numbers = [...model.generations.keys()];
    const pick = (nth: number): number => numbers[nth % Math.max(1, numbers.length)] ?? 0;
    if (numbers.length === 0) return;
    await using before = await real.store(index).openGeneration(pick(from));
    await using after = await real.store(index).openGeneration(pick(to));
    expectDiff(diffSnapshots(before, after), model.of(pick(from)), model.of(pick(to)));
  });
}

function expectDiff(found: ReturnType<typeof diffSnapshots>, before: PlainGeneration, after: PlainGeneration): void {
  const names = (entries: readonly { readonly name: string }[]): readonly string[] => entries.map(({ name }) => name);
  const gone = [...before.files.keys()].filter((name) => !after.files.has(name));
  const come = [...after.files.keys()].filter((name) => !before.files.has(name));
  const both = [...after.files.keys()].filter((name) => before.files.has(name));
  const changed = both.filter((name) => before.files.get(name) !== after.files.get(name));
  expect([...names(found.removed), ...found.renamed.map(({ from }) => from)].sort()).toEqual(gone.sort());
  expect([...names(found.added), ...found.renamed.map(({ to }) => to)].sort()).toEqual(come.sort());
  expect(names(found.changed)).toEqual(changed.sort());
  expect(found.unchanged).toBe(both.length - changed.length);
  for (const { from, to } of found.renamed) expect(after.files.get(to)).toBe(before.files.get(from));
  // Nothing is left that could have been a new name.
  const left = new Set(names(found.removed).map((name) => before.files.get(name)));
  expect(names(found.added).filter((name) => left.has(after.files.get(name)))).toEqual([]);
}
