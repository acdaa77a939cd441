import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { makeTemporaryFolder, textOf } from '../store/with-store.js';
import { type Child, FULL_TIMEOUT_MS, measure, run } from './children.js';

const WRITERS = 6;
const KILLS = measure(200, 20);

/** Writers that count without end; one after another is killed and started again. */
async function killWriters(directory: string, logOf: (slot: number) => string): Promise<void> {
  const start = (slot: number): Child =>
    run('count-up.mjs', directory, 'file_lock', 'durable', String(slot), '1000000', logOf(slot));
  const writers = Array.from({ length: WRITERS }, (_, slot) => start(slot));
  for (let kills = 0; kills < KILLS; kills++) {
    const slot = Math.floor(Math.random() * WRITERS);
    await untilLogGrows(logOf(slot));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    writers[slot]?.process.kill('SIGKILL');
    expect(await writers[slot]?.output).toBeUndefined();
    if (kills % 10 === 0) await expectCleanOpen(directory);
    writers[slot] = start(slot);
  }
  for (const writer of writers) writer.process.kill('SIGKILL');
  for (const writer of writers) await writer.output;
}

async function untilLogGrows(log: string): Promise<void> {
  const size = (): number => fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  while (size() === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function expectCleanOpen(directory: string): Promise<void> {
  await using store = await SnapshotStore.open(directory);
  const snapshot = await store.snapshot();
  expect(snapshot.damage).toEqual([]);
  for (const name of snapshot.files.keys()) await snapshot.read(name);
}

/** What was acknowledged to a writer: its last value and its waits. */
function readLog(log: string): { readonly last: number; readonly waitsMs: readonly number[] } {
  const lines = fs.readFileSync(log, 'utf8').split('\n').slice(0, -1);
  const [last = '0'] = lines.at(-1)?.split(' ') ?? [];
  return { last: Number(last), waitsMs: lines.map((line) => Number(line.split(' ')[1])) };
}

describe('writers that are killed at any moment', () => {
  test(
    'lose nothing that was acknowledged, leave nothing behind, and keep nobody waiting for a stale lock',
    async () => {
      const folder = makeTemporaryFolder();
      const directory = `${folder}/store`;
      await killWriters(directory, (slot) => `${folder}/log-${slot}`);
      await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
      const snapshot = await store.snapshot();
      let sum = 0;
      let longestMs = 0;
      for (let slot = 0; slot < WRITERS; slot++) {
        const { last, waitsMs } = readLog(`${folder}/log-${slot}`);
        const value = Number(await textOf(snapshot, `slot-${slot}`));
        expect(value).toBeGreaterThanOrEqual(last);
        sum += value;
        longestMs = Math.max(longestMs, ...waitsMs);
      }
      console.info(`${KILLS} kills, ${sum} commits, longest wait ${longestMs} ms`);
      expect(Number(await textOf(snapshot, 'total'))).toBe(sum);
      expect((await store.verify()).problems).toEqual([]);
      await store.collect();
      expect([fs.readdirSync(`${directory}/drafts`), fs.readdirSync(`${directory}/trash`)]).toEqual([[], []]);
      expect(await store.instances()).toHaveLength(1);
      fs.rmSync(folder, { recursive: true });
    },
    FULL_TIMEOUT_MS,
  );
});
