// Asks a project's index at a steady pace, first idle, then while the same process indexes what has changed:
// ROOT INDEX CORPUS IDLE-MS.
import { setTimeout as sleep } from 'node:timers/promises';
import { timed } from '../measuring.mjs';
import { openProject } from '../project.mjs';
import { readQueries } from './corpus/corpus-files.mjs';

/** Between two questions; it is longer than an answer takes. */
const PACE_MS = 20;

const [root, indexPath, corpusFolder, idleMs] = process.argv.slice(2);
const queries = readQueries(corpusFolder).map(({ text }) => text);
const index = await openProject({ root, indexPath, mode: 'once' });
for (const query of queries.slice(0, 50)) await index.search({ query });

const idle = await askWhile(sleep(Number(idleMs)));
let changed = 0;
let busy = [];
const tookMs = await timed(async () => {
  const indexing = index.indexNow().then((outcome) => {
    changed = outcome.changed;
  });
  busy = await askWhile(indexing);
});
process.send({ answer: { idle, busy, tookMs, changed } });
process.once('disconnect', () => index.close());

/**
 * How long each question waited for its answer, from the moment when it was due: a process that cannot listen keeps
 * people waiting too.
 */
async function askWhile(running) {
  const samples = [];
  let isRunning = true;
  const ended = running.finally(() => {
    isRunning = false;
  });
  for (let dueMs = performance.now(); isRunning; dueMs = Math.max(dueMs + PACE_MS, performance.now())) {
    await sleep(Math.max(0, dueMs - performance.now()));
    await index.search({ query: queries[samples.length % queries.length] });
    samples.push(performance.now() - dueMs);
  }
  await ended;
  return samples;
}
