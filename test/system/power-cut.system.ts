import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, type TestContext, test } from 'vitest';
import type { Durability } from '../../dist/store/index.js';
import { measure } from '../process/children.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { randomUpTo } from './chance.js';
import { Counter } from './counters.js';
import { requireMachine } from './machine.js';
import { Disk, type DiskType, Mount, Vault } from './mounts.js';
import { expectKept, type Promised, promisedTo } from './referee.js';

const WRITERS = 3;
const LONGEST_RUN_MS = 400;
const SHUTDOWNS = measure(40, 4);
const COPIES = measure(60, 10);

function requireDisks(context: TestContext, type: DiskType): void {
  requireMachine(context, {
    mounts: true,
    fileSystems: [type, 'xfs'],
    commands: [`mkfs.${type}`, 'mkfs.xfs', 'xfs_io', 'losetup'],
    files: ['/dev/loop-control'],
  });
}

/** Starts the writers and waits until each has committed. */
async function startWriters(directory: string, logs: string, durability: Durability): Promise<readonly Counter[]> {
  const options = { durability, retention: { keepGenerations: 8, minimumAgeMs: 50 } };
  const counters = Array.from(
    { length: WRITERS },
    (_, slot) => new Counter({ directory, logs, slot, flushEvery: 25, tagEvery: 5, options }),
  );
  await Promise.all(counters.map((counter) => counter.until('done', 1)));
  return counters;
}

interface Tally {
  readonly cuts: number;
  readonly commits: number;
  readonly damaged: number;
}

const report = ({ cuts, commits, damaged }: Tally): string =>
  `${cuts} cuts, ${commits} commits acknowledged before them, ${damaged} generations named as damaged after them`;

/** Cuts the power below running writers, again and again on one disk; after each cut the referee looks. */
async function cutAgainAndAgain(type: DiskType, durability: Durability, cuts: number): Promise<Tally> {
  using memory = Mount.tmpfs('size=1g');
  using disk = new Disk(type, path.join(memory.folder, 'disk'));
  let commits = 0;
  let damaged = 0;
  for (let cut = 0; cut < cuts; cut++) {
    const logs = makeTemporaryFolder();
    const directory = path.join(disk.mount(), `store-${cut}`);
    const counters = await startWriters(directory, logs, durability);
    await pause(randomUpTo(LONGEST_RUN_MS));
    disk.cutPower();
    await Promise.all(counters.map((counter) => counter.kill()));
    disk.unmount();
    const again = path.join(disk.mount(), `store-${cut}`);
    const promises = counters.map(promisedTo);
    damaged += (await expectKept(again, promises, { durability, wasOff: true })).damaged;
    commits += sumOf(promises);
    disk.unmount();
    fs.rmSync(logs, { recursive: true });
  }
  return { cuts, commits, damaged };
}

/** Copies the disk below running writers at random instants; later each copy is mounted, and the referee looks. */
async function copyWhileInUse(type: DiskType, durability: Durability, cuts: number): Promise<Tally> {
  using vault = new Vault(4_096);
  using disk = new Disk(type, path.join(vault.folder, 'disk'));
  const logs = makeTemporaryFolder();
  const counters = await startWriters(path.join(disk.mount(), 'store'), logs, durability);
  const copies: { readonly copy: Disk; readonly promises: readonly Promised[]; readonly later: readonly Promised[] }[] =
    [];
  for (let cut = 0; cut < cuts; cut++) {
    await pause(randomUpTo(LONGEST_RUN_MS));
    const promises = counters.map(promisedTo);
    const copy = vault.copyOf(disk, `copy-${cut}`);
    copies.push({ copy, promises, later: counters.map(promisedTo) });
  }
  await Promise.all(counters.map((counter) => counter.kill()));
  disk.unmount();
  let damaged = 0;
  for (const { copy, promises, later } of copies) {
    using mounted = copy;
    const directory = path.join(mounted.mount(), 'store');
    damaged += (await expectKept(directory, promises, { durability, wasOff: true, later })).damaged;
  }
  fs.rmSync(logs, { recursive: true });
  return { cuts, commits: sumOf(copies.at(-1)?.promises ?? []), damaged };
}

function sumOf(promises: readonly Promised[]): number {
  return promises.reduce((sum, { commits }) => sum + commits, 0);
}

describe.each<Durability>(['durable', 'deferred'])(
  'a power cut below %s writers keeps what was promised',
  (durability) => {
    test.for<DiskType>(['ext4', 'xfs'])('on %s, which is shut down', async (type, context) => {
      requireDisks(context, type);
      await context.annotate(report(await cutAgainAndAgain(type, durability, SHUTDOWNS)));
    });

    test.for<DiskType>(['ext4', 'xfs', 'btrfs'])('on %s, which is copied while in use', async (type, context) => {
      requireDisks(context, type);
      await context.annotate(report(await copyWhileInUse(type, durability, COPIES)));
    });
  },
);
