/** Commands that make generations. */
import { expect } from 'vitest';
import { bytesOf } from '../with-store.js';
import { type Command, command } from './command.js';
import { hasFileInFile, type PlainStore } from './plain-store.js';
import { expectContent, type RealStores } from './real-stores.js';

/** What one update does. */
export interface UpdateWish {
  readonly written: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly metadata: { readonly n: number } | undefined;
}

/** The other store shows what this one has committed. */
async function expectHeadIn(model: PlainStore, real: RealStores, index: number): Promise<void> {
  await using snapshot = await real.store(index).snapshot();
  expect(snapshot.generation).toBe(model.head);
  expect(snapshot.damage).toEqual([]);
  await expectContent(snapshot, model.newest);
}

export function update(index: number, wish: UpdateWish): Command {
  return command('update', [index, wish], async (model, real) => {
    const { written, removed, metadata } = wish;
    const base = model.head;
    const files = new Map(model.newest.files);
    for (const [name, text] of Object.entries(written)) files.set(name, text);
    for (const name of removed) files.delete(name);
    const writes = Object.keys(written).some((name) => !removed.includes(name));
    const removes = removed.some((name) => model.newest.files.has(name));
    const done = real.store(index).update((draft, found) => {
      expect(found.generation).toBe(base);
      for (const [name, text] of Object.entries(written)) draft.write(name, bytesOf(text));
      for (const name of removed) draft.remove(name);
      if (metadata !== undefined) draft.describe(metadata);
    });
    if (model.newest.isHeld) return expect(done).rejects.toMatchObject({ code: 'STORE_HELD' });
    const isNew = writes || removes || metadata !== undefined;
    if (isNew && hasFileInFile(files.keys())) return expect(done).rejects.toMatchObject({ code: 'INVALID_NAME' });
    if (isNew) model.commit({ files, metadata: metadata ?? model.newest.metadata, isHeld: false });
    expect(await done).toEqual({ generation: model.head, isNew, rebases: 0 });
    await expectHeadIn(model, real, 1 - index);
  });
}

/** An update whose function fails changes nothing, and what it threw comes out as it is. */
export function failingUpdate(index: number): Command {
  return command('failingUpdate', [index], async (model, real) => {
    const failure = new Error('changed my mind');
    const done = real.store(index).update((draft) => {
      draft.write('a', bytesOf('never'));
      throw failure;
    });
    if (model.newest.isHeld) await expect(done).rejects.toMatchObject({ code: 'STORE_HELD' });
    else await expect(done).rejects.toBe(failure);
    await expectHeadIn(model, real, index);
  });
}

/** Two updates of two stores at once: both survive, in one order or the other. */
export function raceOfUpdates(): Command {
  return command('raceOfUpdates', [], async (model, real) => {
    if (model.newest.isHeld) return;
    const before = model.head;
    const append = async (index: number): Promise<number> => {
      const { generation } = await real.store(index).update(async (draft, base) => {
        const text = base.files.has('race') ? Buffer.from(await base.read('race')).toString() : '';
        draft.write('race', bytesOf(`${text}${index}`.slice(-8)));
      });
      return generation;
    };
    const generations = await Promise.all([append(0), append(1)]);
    expect([...generations].sort((a, b) => a - b)).toEqual([before + 1, before + 2]);
    for (const index of generations[0] < generations[1] ? [0, 1] : [1, 0]) {
      const { files, metadata } = model.newest;
      const race = `${files.get('race') ?? ''}${index}`.slice(-8);
      model.commit({ files: new Map([...files, ['race', race]]), metadata, isHeld: false });
    }
    await expectHeadIn(model, real, 0);
  });
}

/** @param back how many generations below the head */
export function rollback(index: number, back: number, hold: boolean): Command {
  return command('rollback', [index, `head-${back}`, hold], async (model, real) => {
    const generation = model.head - back;
    const done = real.store(index).rollback(generation, { hold });
    if (!model.generations.has(generation)) return expectNoGeneration(done, generation);
    const { files, metadata } = model.of(generation);
    model.commit({ files, metadata, isHeld: hold || model.newest.isHeld });
    expect(await done).toEqual({ generation: model.head, isNew: true, rebases: 0 });
    await expectHeadIn(model, real, 1 - index);
  });
}

export async function expectNoGeneration(done: Promise<unknown>, generation: number): Promise<void> {
  const code = generation >= 1 ? 'GENERATION_EXPIRED' : 'GENERATION_NOT_FOUND';
  await expect(done).rejects.toMatchObject({ code });
}

export function resume(index: number): Command {
  return command('resume', [index], async (model, real) => {
    const isNew = model.newest.isHeld;
    if (isNew) model.commit({ ...model.newest, isHeld: false });
    expect(await real.store(index).resume()).toEqual({ generation: model.head, isNew, rebases: 0 });
    await expectHeadIn(model, real, 1 - index);
  });
}

/** There is nothing to recover in a store that is whole. */
export function recoverNothing(index: number): Command {
  return command('recoverNothing', [index], async (model, real) => {
    expect(await real.store(index).recover()).toMatchObject({ generation: model.head, isNew: false });
  });
}

/** The head's manifest is damaged, the newest generation that is whole comes back, and somebody removes the other. */
export function damageAndRecover(index: number): Command {
  const isFree = (model: PlainStore): boolean => model.head > 0 && !model.isKept(model.head);
  return command(
    'damageAndRecover',
    [index],
    async (model, real) => {
      const damaged = model.head;
      real.place.damageManifest(damaged);
      await using served = await real.store(index).snapshot();
      expect(served.damage).toHaveLength(1);
      const writing = real.store(index).update((draft) => draft.write('a', bytesOf('never')));
      await expect(writing).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      model.recover();
      expect(served.generation).toBe([...model.generations.keys()].at(-2) ?? 0);
      expect(await real.store(index).recover()).toMatchObject({ generation: model.head, isNew: true });
      real.place.removeGeneration(damaged);
      await expectHeadIn(model, real, 1 - index);
    },
    isFree,
  );
}

/** Somebody removes the whole store while it is open. */
export function loseAndRevive(index: number): Command {
  return command('loseAndRevive', [index], async (model, real) => {
    await real.closeSnapshots();
    real.place.lose();
    model.begin();
    const writing = real.store(index).update((draft) => draft.write('a', bytesOf('never')));
    await expect(writing).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(await real.store(index).revive()).toBe(true);
    expect(await real.store(1 - index).revive()).toBe(false);
    await expectHeadIn(model, real, index);
  });
}
