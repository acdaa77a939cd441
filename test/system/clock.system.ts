import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { measure } from '../process/children.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { Counter } from './counters.js';
import { requireMachine } from './machine.js';
import { expectKept, promisedTo } from './referee.js';

const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].map(
  (folder) => `${folder}/faketime/libfaketimeMT.so.1`,
);
const LIBRARY = LIBRARIES.find((file) => fs.existsSync(file)) ?? 'libfaketime';
const COMMITS = measure(3_000, 150);
const options = { retention: { keepGenerations: 6, minimumAgeMs: 2_000 } };

/** Shifts the wall clock of a program; times of files stay as the others see them. */
const shiftedBy = (offset: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: LIBRARY,
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
});

/** The same, with an offset that can be changed while the program runs. */
const shiftedAsIn = (file: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: LIBRARY,
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
});

test('clocks that are days apart, and one that jumps, disturb neither commits nor collecting', async (context) => {
  requireMachine(context, { files: [LIBRARY] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const clock = path.join(folder, 'clock');
  fs.writeFileSync(clock, '+0d\n');
  const environments = [{}, shiftedBy('-1d'), shiftedBy('+1d'), shiftedAsIn(clock)];
  const counters = environments.map(
    (environment, slot) => new Counter({ directory, logs: folder, slot, commits: COMMITS, environment, options }),
  );
  const all = Promise.all(counters.map((counter) => counter.end()));
  let isDone = false;
  const done = all.finally(() => {
    isDone = true;
  });
  let jumps = 0;
  for (; !isDone; jumps++) {
    fs.writeFileSync(clock, ['+1d\n', '-1d\n', '+0d\n', '-400d\n'][jumps % 4] ?? '');
    await pause(50);
  }
  await done;
  // Twice what is kept, what owns shared files, and what came since the last look.
  const kept = fs.readdirSync(path.join(directory, 'generations')).length;
  expect(kept).toBeLessThan(100);
  // However old a clock makes them, the newest stay.
  expect(kept).toBeGreaterThanOrEqual(options.retention.keepGenerations);
  const { generation } = await expectKept(directory, counters.map(promisedTo));
  await context.annotate(`${counters.length * COMMITS} commits, ${jumps} jumps, ${generation} generations`);
  fs.rmSync(folder, { recursive: true });
});

test('a process killed with a clock a day ahead is succeeded at once', async (context) => {
  requireMachine(context, { files: [LIBRARY] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const ahead = new Counter({ directory, logs: folder, slot: 0, environment: shiftedBy('+1d') });
  const right = new Counter({ directory, logs: folder, slot: 1 });
  await Promise.all([ahead, right].map((counter) => counter.until('done', 5)));
  await ahead.freezeWhileHolding(directory);
  await ahead.kill();
  await right.until('done', 20);
  await right.stop();
  const promises = [ahead, right].map(promisedTo);
  expect(promises.flatMap(({ refusals }) => refusals)).toEqual([]);
  await expectKept(directory, promises);
  fs.rmSync(folder, { recursive: true });
});
