import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { measure } from '../process/children.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { Counter } from './counters.js';
import { IN_OWN_PIDS, onHost, withFolderAt } from './elsewhere.js';
import { requireMachine } from './machine.js';
import { expectKept, promisedTo } from './referee.js';

const COMMITS = measure(2_000, 60);
/** Small, so that the writers collect all the time, beside each other. */
const options = { retention: { keepGenerations: 4, minimumAgeMs: 0 } };

test('two host names on one directory commit, collect and tag beside each other', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare', 'hostname'] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const hosts = [onHost('first'), onHost('second'), onHost('second'), []];
  const counters = hosts.map(
    (under, slot) => new Counter({ directory, logs: folder, slot, under, commits: COMMITS, tagEvery: 10, options }),
  );
  await Promise.all(counters.map((counter) => counter.end()));
  const { generation } = await expectKept(directory, counters.map(promisedTo));
  await context.annotate(`${counters.length * COMMITS} commits, ${generation} generations`);
  fs.rmSync(folder, { recursive: true });
});

test('a holder of the lock on another host that dies is succeeded after ten seconds', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare', 'hostname'] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const dying = new Counter({ directory, logs: folder, slot: 0, under: onHost('elsewhere') });
  const staying = new Counter({ directory, logs: folder, slot: 1 });
  await Promise.all([dying, staying].map((counter) => counter.until('done', 5)));
  await dying.freezeWhileHolding(directory);
  await dying.kill();
  await staying.until('refused', 1);
  await staying.until('done', 5);
  await staying.stop();
  const promises = [dying, staying].map(promisedTo);
  expect(new Set(promises.flatMap(({ refusals }) => refusals))).toEqual(new Set(['LOCK_TIMEOUT']));
  await expectKept(directory, promises, { mayLeaveDrafts: true });
  fs.rmSync(folder, { recursive: true });
});

test('one directory under two paths, in two mount and pid namespaces, is one store', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare'] });
  const folder = makeTemporaryFolder();
  const elsewhere = makeTemporaryFolder();
  const logs = makeTemporaryFolder();
  const below = [...withFolderAt(folder, elsewhere), ...IN_OWN_PIDS];
  const start = (slot: number, place: string, under: readonly string[]): Counter =>
    new Counter({ directory: path.join(place, 'store'), logs, slot, under, commits: COMMITS, tagEvery: 10, options });
  const counters = [start(0, folder, []), start(1, elsewhere, below), start(2, elsewhere, below)];
  await Promise.all(counters.map((counter) => counter.end()));
  const { generation } = await expectKept(path.join(folder, 'store'), counters.map(promisedTo));
  expect(fs.readdirSync(elsewhere)).toEqual([]);
  await context.annotate(`${counters.length * COMMITS} commits, ${generation} generations`);
  for (const made of [folder, elsewhere, logs]) fs.rmSync(made, { recursive: true });
});

test('a container that is killed while it holds the lock is succeeded by another one, which sees the directory elsewhere', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare'] });
  const folder = makeTemporaryFolder();
  const logs = makeTemporaryFolder();
  const places = [makeTemporaryFolder(), makeTemporaryFolder()];
  const start = (slot: number): Counter => {
    const place = places[slot % 2] ?? '';
    const under = [...withFolderAt(folder, place), ...IN_OWN_PIDS];
    return new Counter({ directory: path.join(place, 'store'), logs, slot, under, tagEvery: 10, options });
  };
  const [dying, staying] = [start(0), start(1)];
  await Promise.all([dying, staying].map((counter) => counter.until('done', 5)));
  await dying.freezeWhileHolding(path.join(folder, 'store'));
  await dying.kill();
  // Nobody outside can tell that it is dead, so it is waited for.
  await staying.until('refused', 1);
  await staying.until('done', 10);
  // Started again, as containers are: the same path, and the same pid in a new namespace.
  const successor = start(2);
  await Promise.all([staying, successor].map((counter) => counter.until('done', 10)));
  await Promise.all([staying, successor].map((counter) => counter.stop()));
  const promises = [dying, staying, successor].map(promisedTo);
  expect(new Set(promises.flatMap(({ refusals }) => refusals))).toEqual(new Set(['LOCK_TIMEOUT']));
  const { generation } = await expectKept(path.join(folder, 'store'), promises, { mayLeaveDrafts: true });
  await context.annotate(`${generation} generations`);
  for (const made of [folder, logs, ...places]) fs.rmSync(made, { recursive: true });
});

test('who is open on another host is listed, and neither its pins nor its drafts are cleared away', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare', 'hostname'] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const abroad = new Counter({ directory, logs: folder, slot: 0, under: onHost('abroad') });
  await abroad.until('done', 5);
  await using store = await SnapshotStore.open(directory);
  const hosts = (await store.instances()).map((instance) => instance.identity.host);
  expect(hosts).toContain('abroad');
  for (let rounds = 0; rounds < 20; rounds++) await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
  await abroad.until('done', 5);
  await abroad.stop();
  await store.close();
  await expectKept(directory, [promisedTo(abroad)]);
  fs.rmSync(folder, { recursive: true });
});
