/** What requests do that land when nobody waits for them any more. */
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import type { ObjectStorage } from '../../../dist/store/s3/object-storage.js';
import { TurnedClock } from '../watched-storage.js';
import { bytesOf, writing } from '../with-store.js';
import { DetouredObjects } from './held-objects.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

const NUMBER_ONE = '/generations/0000000001';
const NUMBER_TWO = '/generations/0000000002';

/** A storage whose requests a test detours, and one of another process beside it. */
class Two implements AsyncDisposable {
  readonly place: MemoryPlace = new MemoryPlace();
  readonly network: DetouredObjects = new DetouredObjects(new MemoryObjects(this.place.bucket));
  readonly clock: TurnedClock = new TurnedClock();
  readonly slow: ObjectStorage = this.place.connect(this.clock.environment, this.network.objects);
  readonly other: ObjectStorage = this.place.connect();

  static async make(): Promise<Two> {
    const two = new Two();
    await two.other.prepare();
    return two;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place.dispose();
  }
}

async function stage(storage: ObjectStorage, draft: string): Promise<void> {
  await storage.createDraft(draft);
  await storage.writeDraftFile(draft, 'file', bytesOf(draft));
  await storage.writeDraftManifest(draft, bytesOf(`manifest of ${draft}`));
}

async function contentOf(storage: ObjectStorage, generation: number): Promise<string | undefined> {
  const file = await storage.openFile({ owner: generation, name: 'file' });
  const bytes = file?.read(0, file.sizeBytes);
  file?.close();
  return bytes && Buffer.from(bytes).toString();
}

describe('a claim', () => {
  test('that is on its way when its draft is buried never lands', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    const held = two.network.hold(NUMBER_ONE);
    const claim = two.slow.claim('a-1', 1);
    await held.sent;
    await two.other.buryDraft('a-1');
    held.letGo();
    await expect(claim).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await two.other.listGenerations()).toEqual([]);
    expect(two.place.bucket.keys('/files/')).toEqual([]);
  });

  test('that goes over an older fence never lands either', async () => {
    await using two = await Two.make();
    await two.other.buryDraft('b-1');
    await stage(two.slow, 'a-1');
    two.network.once(NUMBER_ONE, (proceed) => proceed());
    const held = two.network.hold(NUMBER_ONE);
    const claim = two.slow.claim('a-1', 1);
    await held.sent;
    await two.other.buryDraft('a-1');
    held.letGo();
    await expect(claim).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await two.other.listGenerations()).toEqual([]);
  });

  test('that lands after the number behind the fence was claimed by another is lost', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    await stage(two.other, 'b-1');
    const held = two.network.hold(NUMBER_ONE);
    const claim = two.slow.claim('a-1', 1);
    await held.sent;
    await two.other.buryDraft('a-1');
    expect(await two.other.claim('b-1', 1)).toBe(true);
    held.letGo();
    expect(await claim).toBe(false);
    expect(await contentOf(two.other, 1)).toBe('b-1');
  });

  test('whose answer is lost has counted', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    two.network.once(NUMBER_ONE, async (proceed) => {
      await proceed();
      throw new Error('reset');
    });
    expect(await two.slow.claim('a-1', 1)).toBe(true);
  });

  test('that succeeded, was asked for twice, and retired by another in between, has counted', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    two.network.once(NUMBER_ONE, async (proceed) => {
      await proceed();
      await two.other.retire(1);
      return proceed();
    });
    expect(await two.slow.claim('a-1', 1)).toBe(true);
  });

  test('that lost and was told 500 is lost', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    await stage(two.other, 'b-1');
    await two.other.claim('b-1', 1);
    two.network.once(NUMBER_ONE, async () => {
      throw new Error('500');
    });
    expect(await two.slow.claim('a-1', 1)).toBe(false);
  });

  test('that nobody answers is OUTCOME_UNKNOWN, and when it lands after all it is whole', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    const late: (() => Promise<unknown>)[] = [];
    two.network.always(NUMBER_ONE, async (proceed) => {
      late.push(proceed);
      throw new Error('timeout');
    });
    await expect(two.slow.claim('a-1', 1)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await two.slow.discardDraft('a-1');
    for (const land of late) await land();
    expect(await contentOf(two.other, 1)).toBe('a-1');
  });

  test('that nobody answered never lands once its draft could be discarded', async () => {
    await using two = await Two.make();
    await stage(two.slow, 'a-1');
    const late: (() => Promise<unknown>)[] = [];
    const calm = two.network.always(NUMBER_ONE, async (proceed) => {
      late.push(proceed);
      throw new Error('timeout');
    });
    await expect(two.slow.claim('a-1', 1)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    calm();
    await two.slow.discardDraft('a-1');
    for (const land of late) await land();
    expect([await two.other.listGenerations(), two.place.bucket.keys('/files/')]).toEqual([[], []]);
  });
});

test('an update is OUTCOME_UNKNOWN where nobody answers its claim, nor what became of it', async () => {
  await using two = await Two.make();
  const { objects } = two.network;
  let isDown = false;
  const get: typeof objects.get = (key) => (isDown ? Promise.reject(new Error('down')) : objects.get(key));
  two.network.always(NUMBER_ONE, async () => {
    isDown = true;
    throw new Error('reset');
  });
  const { environment } = two.clock;
  const options = { environment, coordinationMode: 'none', collectAutomatically: false } as const;
  const store = await SnapshotStore.openOn(two.place.connect(environment, { ...objects, get }), options);
  await expect(store.update(writing('a', '1'))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  isDown = false;
  await store.close();
});

test('a draft that became a generation keeps its files, also if its writer died before it could remove it', async () => {
  await using two = await Two.make();
  await stage(two.slow, 'a-1');
  const [draft = ''] = two.place.bucket.keys('/drafts/');
  const before = two.place.bucket.objects.get(draft);
  await two.slow.claim('a-1', 1);
  if (before !== undefined) two.place.bucket.objects.set(draft, before);
  expect(await two.other.buryDraft('a-1')).toBe(true);
  expect([await contentOf(two.other, 1), await two.other.listDrafts()]).toEqual(['a-1', []]);
});

test('a draft is not buried while a damaged generation may be made of it', async () => {
  await using two = await Two.make();
  await stage(two.slow, 'a-1');
  await stage(two.slow, 'b-1');
  await two.slow.claim('b-1', 1);
  await two.network.objects.put(two.place.bucket.keys(NUMBER_ONE)[0] ?? '', bytesOf('something else altogether'));
  expect(await two.other.buryDraft('a-1')).toBe(false);
  expect(two.place.bucket.keys('/files/a-1/')).toHaveLength(1);
});

test('a fence is no generation, and the next claimer takes its place', async () => {
  await using two = await Two.make();
  await stage(two.slow, 'a-1');
  await two.slow.claim('a-1', 1);
  await two.other.buryDraft('b-1');
  expect([two.place.bucket.keys(NUMBER_TWO).length, await two.other.findHighestGeneration()]).toEqual([1, 1]);
  await stage(two.slow, 'a-2');
  expect([await two.slow.claim('a-2', 2), await two.other.listGenerations()]).toEqual([true, [1, 2]]);
});

test('a late sign of life does not bring back who was taken for dead', async () => {
  await using two = await Two.make();
  await two.slow.writeRecord('instances', 'a', bytesOf('alive'), { replace: false, sync: false });
  const held = two.network.hold('/instances/a');
  const beat = two.slow.touchRecord('instances', 'a');
  await held.sent;
  await two.other.writeRecord('instances', 'a', new Uint8Array(), { replace: true, sync: false });
  held.letGo();
  await beat;
  expect((await two.other.readRecord('instances', 'a'))?.byteLength).toBe(0);
  expect(await two.slow.writeRecord('instances', 'a', bytesOf('alive'), { replace: true, sync: false })).toBe(false);
  await two.other.removeRecord('instances', 'a', { sync: true });
  expect(await two.slow.writeRecord('instances', 'a', bytesOf('alive'), { replace: true, sync: false })).toBe(false);
});

test.each(['the answer is lost', 'the second answer is told'])('a tag is set when %s', async (what) => {
  await using two = await Two.make();
  two.network.once('/tags/a', async (proceed) => {
    await proceed();
    if (what === 'the answer is lost') throw new Error('reset');
    return proceed();
  });
  expect(await two.slow.writeRecord('tags', 'a', bytesOf('1'), { replace: false, sync: true })).toBe(true);
});

test('a reader that lags behind what was collected finds the head', async () => {
  await using two = await Two.make();
  await stage(two.slow, 'a-1');
  await two.slow.claim('a-1', 1);
  await two.slow.writeCurrent(1);
  expect(await two.other.findHighestGeneration()).toBe(1);
  for (const number of [2, 3, 4]) {
    await stage(two.slow, `a-${number}`);
    await two.slow.claim(`a-${number}`, number);
  }
  for (const number of [2, 3]) {
    await two.slow.retire(number);
    await two.slow.sweepGeneration(number, new Set());
  }
  expect([await two.other.findHighestGeneration(), await two.other.listGenerations()]).toEqual([4, [1, 4]]);
});

test.each(['tags', 'pins'] as const)('what was removed of %s stays away when its request comes again', async (kind) => {
  await using two = await Two.make();
  let again: () => Promise<unknown> = async () => {};
  two.network.once(`/${kind}/a`, (proceed) => {
    again = proceed;
    return proceed();
  });
  await two.slow.writeRecord(kind, 'a', bytesOf('1'), { replace: false, sync: true });
  await two.other.removeRecord(kind, 'a', { sync: true });
  await again();
  expect(await two.other.listRecords(kind)).toEqual([]);
  expect(await two.other.writeRecord(kind, 'a', bytesOf('2'), { replace: false, sync: true })).toBe(true);
});

test('a claim of a store that was destroyed does not land in the next one', async () => {
  await using two = await Two.make();
  await stage(two.slow, 'a-1');
  const held = two.network.hold(NUMBER_ONE);
  const claim = two.slow.claim('a-1', 1);
  await held.sent;
  await two.other.erase();
  await two.other.prepare();
  held.letGo();
  await claim;
  expect([await two.other.findHighestGeneration(), await two.slow.exists()]).toEqual([0, true]);
  expect(await two.slow.findHighestGeneration()).toBe(0);
});

test('the pointer is not set back by who read it long ago', async () => {
  await using two = await Two.make();
  await two.slow.readCurrent();
  await two.other.writeCurrent(2);
  await two.slow.writeCurrent(1);
  expect(await two.other.readCurrent()).toBe(2);
});
