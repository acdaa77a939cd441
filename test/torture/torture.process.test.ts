import fs from 'node:fs';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { checkSynthetic } from './check-synthetic.js';
import { compileTorture } from './compile-torture.js';
import { paceOf, tableOf } from './figures.js';
import { runTorture } from './run-torture.js';

const { SNAPDEX_SEED } = process.env;
const seed = SNAPDEX_SEED === undefined ? Date.now() % 2 ** 31 : Number(SNAPDEX_SEED);
const FULL = process.env.SNAPDEX_FULL === '1';
/** With opening and ending, about a minute. */
const SECONDS = FULL ? 600 : 45;
const SYNTHETIC_COMMITS = FULL ? 1_000_000 : 20_000;

test('thirty-two processes that are killed and stopped at any moment make one history', async () => {
  compileTorture();
  const folder = makeTemporaryFolder();
  console.info(`SNAPDEX_SEED=${seed}`);
  const options = { seconds: SECONDS, processes: 32, seed, durability: 'mixed', folder } as const;
  const result = await runTorture({ ...options, onProgress: () => {} });
  console.info(tableOf(result));
  // The logs stay where they are if a rule was broken.
  expect(result.verdict.violations, `logs in ${folder}`).toEqual([]);
  expect(result.verdict.figures.commits).toBeGreaterThan(0);
  fs.rmSync(folder, { recursive: true });
}, 1_800_000);

test('logs of a store that does nothing wrong are accepted, however long they are', () => {
  const folder = makeTemporaryFolder();
  console.info(`SNAPDEX_SEED=${seed}`);
  const checked = checkSynthetic({ commits: SYNTHETIC_COMMITS, seed, folder });
  console.info(paceOf(checked));
  const { verdict } = checked;
  expect(verdict.violations).toEqual([]);
  expect(verdict.figures.commits + verdict.figures.unknownFound).toBe(SYNTHETIC_COMMITS);
  fs.rmSync(folder, { recursive: true });
}, 1_800_000);
