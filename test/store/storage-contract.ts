/** What any storage must do; a storage's own test file runs it with two lines. */
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import type { Storage } from '../../dist/store/storage.js';
import { bytesOf, countingUp, ONLY_THE_HEAD, textOf, writing } from './with-store.js';

/** Names of holders, as a store makes them. */
const [A, B, C] = ['aaaaaaaaaaaaaaaa-1', 'bbbbbbbbbbbbbbbb-1', 'cccccccccccccccc-1'] as const;

/** A place for one store. */
export interface StoragePlace {
  /** One more way to the same place, as another process would have it. */
  connect(): Storage;
  dispose(): Promise<void>;
  /** True if what was claimed is durable, so that there is nothing left to sync. */
  readonly isDurableAtOnce?: true;
}

export function describeStorage(name: string, makePlace: () => StoragePlace): void {
  let place: StoragePlace;
  beforeEach(() => {
    place = makePlace();
  });
  afterEach(() => place.dispose());
  describe(`${name}, as a storage`, () =>
    describeSeam(
      () => place.connect(),
      () => place.isDurableAtOnce === true,
    ));
  describe(`${name}, below a store`, () => describeStore(() => place.connect()));
}

async function stage(storage: Storage, draft: string, content: string): Promise<void> {
  await storage.createDraft(draft);
  await storage.writeDraftFile(draft, 'dir/file', bytesOf(content), { sync: true });
  await storage.writeDraftManifest(draft, bytesOf(`manifest of ${content}`), { sync: true, isFirst: true });
}

async function readText(storage: Storage, owner: number): Promise<string | undefined> {
  const file = await storage.openFile({ owner, name: 'dir/file' });
  const text = file === undefined ? undefined : Buffer.from(file.read(0, file.sizeBytes)).toString();
  file?.close();
  return text;
}

function describeSeam(connect: () => Storage, isDurableAtOnce: () => boolean): void {
  let storage: Storage;
  beforeEach(async () => {
    storage = connect();
    await storage.prepare();
  });

  test('is there once it was prepared, and preparing it again is no error', async () => {
    await connect().prepare();
    expect([await connect().exists(), await connect().findHighestGeneration()]).toEqual([true, 0]);
  });

  test('that was erased is no store without generations, and may be made anew', async () => {
    const lock = await storage.lockStore({ holder: A, timeoutMs: 0 });
    await storage.erase();
    await lock.release();
    const gone = { code: 'STORE_NOT_FOUND' };
    expect(await storage.exists()).toBe(false);
    await expect(storage.findHighestGeneration()).rejects.toMatchObject(gone);
    await expect(storage.listGenerations()).rejects.toMatchObject(gone);
    await expect(storage.listRecords('tags')).rejects.toMatchObject(gone);
    await storage.prepare();
    expect([await storage.findHighestGeneration(), await storage.listGenerations()]).toEqual([0, []]);
  });

  test('lets exactly one of many claimers of a number win, and the winner is whole', async () => {
    const claimers = ['a-1', 'b-1', 'c-1', 'd-1'];
    for (const draft of claimers) await stage(storage, draft, draft);
    const won = await Promise.all(claimers.map((draft) => connect().claim(draft, 1)));
    const [winner] = claimers.filter((_, index) => won[index]);
    expect(won.filter((one) => one)).toHaveLength(1);
    expect(await readText(storage, 1)).toBe(winner);
    expect((await storage.listDrafts()).map(({ id }) => id).sort()).toEqual(claimers.filter((one) => one !== winner));
  });

  test('shows nothing of a draft before the claim', async () => {
    await stage(storage, 'a-1', 'x');
    expect([await storage.listGenerations(), await storage.readManifest(1)]).toEqual([[], undefined]);
  });

  test('claims a replaced manifest, not the first one', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.writeDraftManifest('a-1', bytesOf('second'), { sync: true, isFirst: false });
    await storage.claim('a-1', 1);
    expect(Buffer.from((await storage.readManifest(1))?.bytes ?? []).toString()).toBe('second');
  });

  test('fails with ENOENT where a draft was cleared away', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.discardDraft('a-1');
    await expect(storage.claim('a-1', 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test("fails with ENOENT where another's draft was buried, and says when nothing is left of it", async () => {
    await stage(storage, 'a-1', 'x');
    expect([await storage.buryDraft('a-1'), await storage.buryDraft('a-1')]).toEqual([true, true]);
    await expect(storage.claim('a-1', 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('takes a retracted generation out of sight', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.claim('a-1', 1);
    await storage.retract(1, 'a-1');
    expect([await storage.findHighestGeneration(), (await storage.listDrafts()).length]).toEqual([0, 1]);
  });

  test('still shows the manifest of a retired generation, and says that it is retired', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.claim('a-1', 1);
    await storage.retire(1);
    expect((await storage.readManifest(1))?.isRetired).toBe(true);
  });

  test('sweeps what is not kept, and a retired generation as a whole', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.claim('a-1', 1);
    await storage.retire(1);
    expect(await storage.sweepGeneration(1, new Set(['dir/file']))).toBe(0);
    expect(await storage.sweepGeneration(1, new Set())).toBeGreaterThanOrEqual(1);
    expect(await storage.listGenerations()).toEqual([]);
  });

  test('reads on from a file that is swept', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.claim('a-1', 1);
    const file = await storage.openFile({ owner: 1, name: 'dir/file' });
    await storage.sweepGeneration(1, new Set());
    expect(Buffer.from(file?.read(0, 1) ?? []).toString()).toBe('x');
    file?.close();
    expect(await readText(storage, 1)).toBeUndefined();
  });

  test('creates a record once, unless it is to be replaced', async () => {
    const create = (text: string, replace: boolean): Promise<boolean> =>
      storage.writeRecord('tags', 'name', bytesOf(text), { replace, sync: true });
    expect([await create('1', false), await create('2', false), await create('3', true)]).toEqual([true, false, true]);
    expect(Buffer.from((await storage.readRecord('tags', 'name')) ?? []).toString()).toBe('3');
  });

  test.each([{ sync: true }, { sync: false }])(
    'lets exactly one of many who create a record win, and it is theirs (%j)',
    async ({ sync }) => {
      const texts = ['1', '2', '3', '4'];
      const create = (text: string): Promise<boolean> =>
        connect().writeRecord('tags', 'name', bytesOf(text), { replace: false, sync });
      const won = await Promise.all(texts.map(create));
      const [winner] = texts.filter((_, index) => won[index]);
      expect(won.filter((one) => one)).toHaveLength(1);
      expect(Buffer.from((await storage.readRecord('tags', 'name')) ?? []).toString()).toBe(winner);
      expect((await storage.listRecords('tags')).map(({ id }) => id)).toEqual(['name']);
    },
  );

  test('changes the version of a record that is touched', async () => {
    await storage.writeRecord('pins', 'a', bytesOf(''), { replace: false, sync: false });
    const [before] = await storage.listRecords('pins');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await storage.touchRecord('pins', 'a');
    expect((await storage.listRecords('pins'))[0]?.version).not.toBe(before?.version);
  });

  test('notes what was synced, and takes what is gone for synced', async () => {
    await stage(storage, 'a-1', 'x');
    await storage.claim('a-1', 1);
    const before = await storage.isSynced(1);
    await storage.syncGenerations([1], { isBase: false });
    expect([before, await storage.isSynced(1), await storage.isSynced(9)]).toEqual([isDurableAtOnce(), true, true]);
  });

  test('has a pointer that is missing, then what was written', async () => {
    const before = await storage.readCurrent();
    await storage.writeCurrent(42);
    expect([before, await connect().readCurrent()]).toEqual([undefined, 42]);
  });

  test('queues commits by a lock that times out', async () => {
    const held = await storage.lockCommits({ holder: A, timeoutMs: 0 });
    const waiting = connect().lockCommits({ holder: B, timeoutMs: 5 });
    await expect(waiting).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await held.release();
    await (await connect().lockCommits({ holder: C, timeoutMs: 0 })).release();
  });

  test('gives a lease to one at a time, and tells that somebody has it', async () => {
    const onLost = (): void => {};
    const lease = await storage.tryLease({ name: 'work', holder: A, onLost });
    expect(await connect().tryLease({ name: 'work', holder: B, onLost })).toBeUndefined();
    expect(await connect().findLeaseVersion('work')).toContain(A);
    await lease?.release();
    expect(await connect().findLeaseVersion('work')).toBeUndefined();
  });
}

function describeStore(connect: () => Storage): void {
  // Nobody waits in vain, however slow the storage is.
  const options = { collectAutomatically: false, lockTimeoutMs: 60_000 };
  const open = (): Promise<SnapshotStore> => SnapshotStore.openOn(connect(), options);
  const expectClean = async (store: SnapshotStore): Promise<void> =>
    expect((await store.verify()).problems).toEqual([]);

  test('every change of two stores at once survives', async () => {
    await using first = await open();
    await using second = await open();
    await Promise.all([first, second].flatMap((store) => [1, 2, 3].map(() => store.update(countingUp('count')))));
    expect(await textOf(await first.snapshot(), 'count')).toBe('6');
    await expectClean(second);
  });

  test('an old snapshot shows what it showed', async () => {
    await using store = await open();
    await store.update(writing('a', '1'));
    const old = await store.snapshot();
    await store.update(writing('a', '2'));
    expect([await textOf(old, 'a'), await textOf(await store.snapshot(), 'a')]).toEqual(['1', '2']);
    await expectClean(store);
  });

  test('a rollback, a tag and collecting leave a clean store', async () => {
    await using store = await open();
    for (const text of ['1', '2', '3']) await store.update(writing('a', text));
    await store.tag('two', 2);
    await store.rollback(1);
    expect((await store.collect(ONLY_THE_HEAD)).retired).toEqual([1, 3]);
    await using two = await store.openGeneration(2);
    expect([await textOf(two, 'a'), await textOf(await store.snapshot(), 'a')]).toEqual(['2', '1']);
    await expectClean(store);
  });

  test('another store hears of a commit', async () => {
    await using reader = await open();
    await using writer = await open();
    const heard = new Promise((resolve) => reader.watch(resolve));
    await writer.update(writing('a', '1'));
    expect(await heard).toBe(1);
  });

  test('a file has a path that any program can read', async () => {
    await using store = await open();
    await store.update(writing('dir/a', 'plain'));
    expect(fs.readFileSync(await (await store.snapshot()).path('dir/a'), 'utf8')).toBe('plain');
  });
}
