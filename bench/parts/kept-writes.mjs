import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timesRow } from '../measuring.mjs';
import { answersOf } from '../peers/available.mjs';
import { WAYS } from '../processes/kept-state.mjs';
import { startProcess } from '../project.mjs';

const CHECK = fileURLToPath(new URL('../processes/kept-check.mjs', import.meta.url));
/** How long reads are counted for once nobody writes. */
const READING_MS = 500;

/**
 * Processes that add to one state at once, and one that reads beside them: how many acknowledged additions are there in
 * the end.
 */
export async function measureKeptWrites(bench) {
  const rows = [];
  const ways = Object.keys(answersOf(CHECK, Object.keys(WAYS)));
  for (const [writers, writes] of bench.sizes.keptWrites) {
    for (const way of ways) rows.push(await race(bench, { way, writers, writes }));
  }
  return rows;
}

async function race(bench, { way, writers, writes }) {
  const folder = bench.newFolder();
  // Made by one, so that it is their writing that is compared.
  await (await WAYS[way](folder)).close();
  const keepers = Array.from({ length: writers }, (_, slot) =>
    startProcess('keeper', folder, way, String(slot), String(writes)),
  );
  const reader = startProcess('kept-reader', folder, way);
  await Promise.all([reader, ...keepers].map((one) => one.answer()));
  await reader.ask('start');
  const startedMs = performance.now();
  const answers = await Promise.all(keepers.map((keeper) => keeper.ask('start')));
  const seconds = (performance.now() - startedMs) / 1000;
  const beside = await reader.ask('stop');
  await Promise.all([reader, ...keepers].map((one) => one.end()));
  const { kept, reads } = await lookAfterwards(folder, way);
  const times = answers.flatMap((answer) => answer.times);
  const refused = answers.reduce((sum, answer) => sum + answer.refused, 0);
  const note = [
    `kept ${kept} of ${times.length}`,
    `refused ${refused}`,
    `${Math.round(times.length / seconds)}/s`,
    `${Math.round(beside.readsPerSecond)} reads/s meanwhile${beside.failed > 0 ? `, ${beside.failed} failed` : ''}`,
    reads === undefined ? 'unreadable afterwards' : `${Math.round(reads)} afterwards`,
    `${Math.round(sizeBytes(folder) / 1000)} KB on disk`,
  ].join('; ');
  bench.remove(folder);
  return timesRow(`${writers} × ${writes} writes, ${way}`, times, note);
}

/** What somebody finds who opens the state when all have ended; without `reads` where that fails. */
async function lookAfterwards(folder, way) {
  try {
    const state = await WAYS[way](folder);
    const kept = (await state.read()).length;
    const reads = await readsPerSecond(state);
    await state.close();
    return { kept, reads };
  } catch (error) {
    console.error(`${way}: ${error.message}`);
    return { kept: 0 };
  }
}

/** Of all texts by one process, each read looking for what others may have written. */
async function readsPerSecond(state) {
  const startedMs = performance.now();
  let count = 0;
  let lastedMs = 0;
  while (lastedMs < READING_MS) {
    await state.read();
    count += 1;
    lastedMs = performance.now() - startedMs;
  }
  return (count * 1000) / lastedMs;
}

function sizeBytes(folder) {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) total += statSync(join(entry.parentPath ?? entry.path, entry.name)).size;
  return total;
}
