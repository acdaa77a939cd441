import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { makeTemporaryFolder, textOf } from '../store/with-store.js';
import { FULL_TIMEOUT_MS, measure, parseCountUp, parseReadStamps, run } from './children.js';

const PROCESSES = 16;
const COUNT = measure(200, 15);

/** Runs sixteen writers beside four readers; answers the directory and what the readers saw. */
async function countTogether(coordinationMode: string): Promise<{ directory: string; stopFile: string }> {
  const folder = makeTemporaryFolder();
  const [directory, stopFile] = [`${folder}/store`, `${folder}/stop`];
  await (await SnapshotStore.open(directory)).close();
  const readers = [1, 2].map(() => run('read-stamps.mjs', directory, stopFile));
  const writers = Array.from({ length: PROCESSES }, (_, slot) =>
    run('count-up.mjs', directory, coordinationMode, 'durable', String(slot), String(COUNT)),
  );
  try {
    const summaries = await Promise.all(writers.map(async (writer) => parseCountUp(await writer.output)));
    report(coordinationMode, summaries);
  } finally {
    fs.writeFileSync(stopFile, '');
  }
  for (const reader of readers) {
    const seen = parseReadStamps(await reader.output);
    console.info(`reader: ${seen.reads} snapshots, ${seen.expired} started over`);
    expect(seen).toMatchObject({ mixed: 0, backwards: 0, errors: [] });
  }
  return { directory, stopFile };
}

function report(mode: string, summaries: readonly ReturnType<typeof parseCountUp>[]): void {
  const startedMs = Math.min(...summaries.map((one) => one.startedMs));
  const seconds = summaries.map((one) => (one.endedMs - startedMs) / 1000);
  const perSecond = ((PROCESSES * COUNT) / Math.max(...seconds)).toFixed(0);
  const [first, last] = [Math.min(...seconds).toFixed(1), Math.max(...seconds).toFixed(1)];
  const longest = Math.max(...summaries.map((one) => one.longestMs)).toFixed(0);
  const rebases = summaries.reduce((sum, one) => sum + one.rebases, 0);
  console.info(`${mode}: ${perSecond} commits/s, ends ${first}–${last} s, longest ${longest} ms, ${rebases} rebases`);
}

describe.each(['file_lock', 'none'])('sixteen processes that count together (%s)', (mode) => {
  test(
    'lose no increment, and readers see no mixture',
    async () => {
      const { directory } = await countTogether(mode);
      await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
      expect(await textOf(await store.snapshot(), 'total')).toBe(String(PROCESSES * COUNT));
      expect((await store.verify()).problems).toEqual([]);
      fs.rmSync(`${directory}/..`, { recursive: true });
    },
    FULL_TIMEOUT_MS,
  );
});
