/** The store on a real object store. */
import fs from 'node:fs';
import path from 'node:path';
import * as library from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnoseStore, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { AwsObjectStore } from '../../dist/store/s3/aws-object-store.js';
import { ObjectStorage } from '../../dist/store/s3/object-storage.js';
import { parseS3Location } from '../../dist/store/s3/s3-location.js';
import { chanceFrom } from '../crash/chance.js';
import { describeStorage } from '../store/storage-contract.js';
import { pullAndDie } from '../store/transfer/killed-pull.js';
import { bytesOf, countingUp, makeTemporaryFolder, textOf, writing } from '../store/with-store.js';
import { compileTorture } from '../torture/compile-torture.js';
import { tableOf } from '../torture/figures.js';
import { runTorture } from '../torture/run-torture.js';
import { FaultProxy } from './fault-proxy.js';
import { GATEWAY_NEEDS, GATEWAY_PATIENCE_MS, Gateway, requireGateway } from './gateway.js';
import { findMissing } from './machine.js';

const BUCKET = 'snapdex';
/** A machine that does other things too may take seconds for a commit. */
const PATIENT = { lockTimeoutMs: 120_000 };
const isHere = findMissing(GATEWAY_NEEDS) === undefined;
let gateway: Gateway;
let stores = 0;

test('an object gateway can be started here', (context) => requireGateway(context));

describe.runIf(isHere)('on an object gateway', () => {
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.makeBucket(BUCKET);
  }, GATEWAY_PATIENCE_MS);
  afterAll(() => gateway?.stop());

  const newLocation = (cache?: string): string => gateway.locationOf(BUCKET, `store-${stores++}`, cache);

  describeStorage('an object gateway', () => {
    const location = newLocation();
    return { connect: () => storageAt(location), dispose: async () => {}, isDurableAtOnce: true };
  });

  test('four stores count at once, and nothing is counted twice or lost', async () => {
    const location = newLocation();
    const counting = await Promise.all([1, 2, 3, 4].map(() => SnapshotStore.open(location, PATIENT)));
    await Promise.all(counting.flatMap((store) => [1, 2, 3, 4, 5].map(() => store.update(countingUp('count')))));
    const [first] = counting;
    expect(first && (await textOf(await first.snapshot(), 'count'))).toBe('20');
    expect((await first?.verify())?.problems).toEqual([]);
    for (const store of counting) await store.close();
  });

  test(
    'a commit under way when the gateway is killed is made once',
    async () => {
      await using store = await SnapshotStore.open(newLocation(), PATIENT);
      await store.update(countingUp('count'));
      const counting = Promise.allSettled([1, 2, 3].map(() => store.update(countingUp('count'))));
      await gateway.killFront();
      await gateway.startFront();
      const acknowledged = (await counting).filter(({ status }) => status === 'fulfilled').length;
      const count = Number(await textOf(await store.snapshot(), 'count'));
      expect(count).toBeGreaterThanOrEqual(1 + acknowledged);
      expect(count).toBeLessThanOrEqual(4);
      expect((await store.verify()).problems).toEqual([]);
    },
    GATEWAY_PATIENCE_MS,
  );

  test(
    'a file of many parts is what it was',
    async () => {
      const bytes = Buffer.alloc(70 * 1024 * 1024, 'a large file ');
      const location = newLocation();
      await using store = await SnapshotStore.open(location);
      await store.update((draft) => draft.write('large', bytes));
      const elsewhere = makeTemporaryFolder();
      await using other = await SnapshotStore.open(location.replace(/cache=[^&]*/, `cache=${elsewhere}`));
      expect(Buffer.compare(await (await other.snapshot()).read('large'), bytes)).toBe(0);
      fs.rmSync(elsewhere, { recursive: true });
    },
    GATEWAY_PATIENCE_MS,
  );

  test(
    'a push that is killed is continued without sending again what was sent, and a pull fetches only what changed',
    async () => {
      const [folder, location] = [makeTemporaryFolder(), newLocation()];
      const [here, there] = [path.join(folder, 'here'), path.join(folder, 'there')];
      await using source = await SnapshotStore.open(here);
      const megabyte = (text: string): Uint8Array => Buffer.alloc(1024 * 1024, text);
      await source.update((draft) => {
        for (let file = 0; file < 8; file++) draft.write(`file-${file}`, megabyte(`content ${file} `));
      });
      await pullAndDie(here, location, { phase: 'files', done: 5 });
      await using remote = await SnapshotStore.open(location, PATIENT);
      const { files, sentBytes } = await remote.pull(source);
      expect(files).toBe(8);
      // Those that were on their way when it was killed may have arrived too.
      expect(sentBytes).toBeLessThanOrEqual(3 * 1024 * 1024);
      await source.update((draft) => draft.write('file-3', megabyte('changed ')));
      expect(await remote.pull(source)).toMatchObject({ files: 1, sentBytes: 1024 * 1024 });
      await source.rollback(1);
      expect(await remote.pull(source)).toMatchObject({ files: 1, sentBytes: 0 });
      expect((await remote.verify()).problems).toEqual([]);
      await using target = await SnapshotStore.open(there);
      expect(await target.pull(remote, { generation: 2 })).toMatchObject({ arrived: [1, 2], files: 9 });
      expect(await target.pull(remote)).toMatchObject({ arrived: [3], files: 1 });
      expect(await (await target.snapshot()).read('file-3')).toEqual(Buffer.from(megabyte('content 3 ')));
    },
    GATEWAY_PATIENCE_MS,
  );

  test('a versioned bucket, where conditions are ignored, is refused with a remedy', async () => {
    await gateway.makeBucket('versioned', { isVersioned: true });
    const opening = SnapshotStore.open(gateway.locationOf('versioned', 'store'));
    await expect(opening).rejects.toMatchObject({
      code: 'FILE_SYSTEM_UNSUPPORTED',
      remedy: expect.stringContaining('without versioning'),
    });
    const { fileSystem } = await diagnoseStore(gateway.locationOf('versioned', 'store'));
    expect(fileSystem.exclusiveRename).toBe(false);
  });

  test('a bucket that is missing is named', async () => {
    const opening = SnapshotStore.open(gateway.locationOf('missing-bucket', 'store'));
    await expect(opening).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND',
      message: expect.stringMatching(/missing-bucket/),
    });
  });

  test('a store that was destroyed is made anew, and what was written to the old one is gone', async () => {
    const location = newLocation();
    const before = await SnapshotStore.open(location);
    await before.update(writing('a', '1'));
    await before.close();
    await SnapshotStore.destroy(location);
    await using after = await SnapshotStore.open(location);
    expect((await after.snapshot()).generation).toBe(0);
    await after.update((draft) => draft.write('b', bytesOf('2')));
    expect([...(await after.snapshot()).files.keys()]).toEqual(['b']);
  });

  test('processes that are killed and stopped, in a network that loses requests, make one history', async (context) => {
    compileTorture();
    const folder = makeTemporaryFolder();
    const seed = Number(process.env.SNAPDEX_SEED ?? Date.now() % 2 ** 31);
    const proxy = await FaultProxy.start(gateway.endpoint, chanceFrom(seed));
    const seconds = process.env.SNAPDEX_FULL === '1' ? 600 : 60;
    const direct = newLocation(path.join(folder, 'cache'));
    const location = direct.replace(encodeURIComponent(gateway.endpoint), encodeURIComponent(proxy.endpoint));
    const options = {
      seconds,
      processes: 8,
      seed,
      durability: 'mixed',
      folder,
      location,
      mostBetweenKillsMs: 15_000,
      // Where requests are lost on the way, whoever asked may be told so.
      excusedCodes: ['IO_FAILED'],
      // A request that lands after the last collecting leaves what only the next one clears away.
      onEnded: () => proxy.calmDown(),
    } as const;
    const result = await runTorture({ ...options, onProgress: () => {} });
    console.info(`SNAPDEX_SEED=${seed}\n${tableOf(result)}`);
    expect(result.verdict.violations, `logs in ${folder}`).toEqual([]);
    await proxy.stop();
    const faults = [...proxy.befallen].map(([fate, count]) => `${count} ${fate}`).join(', ');
    const { commits } = result.verdict.figures;
    await context.annotate(`${commits} commits, ${result.kills} kills, requests: ${faults}; seed ${seed}`);
    fs.rmSync(folder, { recursive: true });
  }, 1_800_000);
});

/** One more way to a store, as another process would have it. */
function storageAt(location: string): ObjectStorage {
  const { prefix, cacheDirectory, cacheLimitBytes, ...place } = parseS3Location(location);
  const objects = new AwsObjectStore(library, place);
  return new ObjectStorage({ objects, prefix, cacheDirectory, cacheLimitBytes }, processEnvironment);
}
