import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { measure } from '../process/children.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { Counter } from './counters.js';
import { IN_OWN_PIDS } from './elsewhere.js';
import { requireMachine } from './machine.js';
import { expectKept, promisedTo } from './referee.js';

/** Longer than the ten seconds after which a holder that gives no sign of life is replaced. */
const STOPPED_MS = 11_000;
const STOPS = measure(5, 1);

test.for([
  { place: 'another pid namespace', under: IN_OWN_PIDS, needs: { mounts: true, commands: ['unshare'] } as const },
  { place: 'the same pid namespace', under: [], needs: {} },
])(
  'a holder of the lock that is stopped for longer than its lock lasts, in $place',
  async ({ under, needs }, context) => {
    requireMachine(context, needs);
    const folder = makeTemporaryFolder();
    const directory = path.join(folder, 'store');
    const start = (slot: number, place: readonly string[]): Counter =>
      new Counter({ directory, logs: folder, slot, under: place, tagEvery: 50 });
    const stopped = start(0, under);
    const others = [start(1, []), start(2, under)];
    const all = [stopped, ...others];
    await Promise.all(all.map((counter) => counter.until('done', 5)));
    for (let stops = 0; stops < STOPS; stops++) {
      await stopped.freezeWhileHolding(directory);
      await pause(STOPPED_MS);
      await Promise.all(others.map((counter) => counter.until('done', 10)));
      stopped.thaw();
      await Promise.all(all.map((counter) => counter.until('done', 10)));
    }
    await Promise.all(all.map((counter) => counter.stop()));
    const promises = all.map(promisedTo);
    expect(new Set(promises.flatMap(({ refusals }) => refusals))).toEqual(new Set(['LOCK_TIMEOUT']));
    const { generation } = await expectKept(directory, promises);
    await context.annotate(`${STOPS} stops of ${STOPPED_MS / 1000} s, ${generation} generations`);
    fs.rmSync(folder, { recursive: true });
  },
);

test('a holder of the lock that is stopped for a short time makes the others wait, and no more', async (context) => {
  requireMachine(context, {});
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const options = { lockTimeoutMs: 300 };
  const all = [0, 1, 2].map((slot) => new Counter({ directory, logs: folder, slot, options }));
  const [stopped, ...others] = all;
  await Promise.all(all.map((counter) => counter.until('done', 5)));
  await stopped?.freezeWhileHolding(directory);
  await Promise.all(others.map((counter) => counter.until('refused', 3)));
  stopped?.thaw();
  await Promise.all(all.map((counter) => counter.until('done', 10)));
  await Promise.all(all.map((counter) => counter.stop()));
  const promises = all.map(promisedTo);
  expect(new Set(promises.flatMap(({ refusals }) => refusals))).toEqual(new Set(['LOCK_TIMEOUT']));
  const { generation } = await expectKept(directory, promises);
  await context.annotate(`${generation} generations`);
  fs.rmSync(folder, { recursive: true });
});
