import { SnapshotStore } from '../../dist/store/index.js';
import { startProcess } from '../project.mjs';
import { whileOpen } from '../while-open.mjs';
import { DURABILITIES, MODES } from './bare-store.mjs';

const WRITERS = 4;
/** A writer with fewer commits says nothing about its share. */
export const LEAST_JUDGED = 20;

/** Four processes that add to one counter in one store, beside four that only write files of the same size. */
export async function measureWriters(bench) {
  const rows = [];
  for (const durability of DURABILITIES) {
    const raw = await race(bench, { durability, coordinationMode: 'raw' });
    for (const coordinationMode of MODES) {
      const store = await race(bench, { durability, coordinationMode });
      const what = `${WRITERS} writers, ${durability}, ${coordinationMode}`;
      rows.push(rateRow(bench, { what, store, raw }), lossRow(what, store), spreadRow(what, store, coordinationMode));
    }
  }
  return rows;
}

function rateRow(bench, { what, store, raw }) {
  return {
    what,
    unit: '/s',
    p50: perSecond(bench, store.counts),
    floor: perSecond(bench, raw.counts),
    ratio: total(store.counts) / total(raw.counts),
    note: `each ${Math.min(...store.counts)} to ${Math.max(...store.counts)}`,
    samples: store.counts,
    floors: raw.counts,
  };
}

function lossRow(what, { counts, counted }) {
  return { what: `${what}: commits lost`, unit: '', p50: total(counts) - counted, must: { valueMost: 0 } };
}

/** Without the lock nobody queues, so nobody promises turns; and of a few commits chance decides. */
function spreadRow(what, { counts }, coordinationMode) {
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const isJudged = coordinationMode !== 'none' && least >= LEAST_JUDGED;
  return {
    what: `${what}: fastest beside slowest`,
    unit: 'commits',
    p50: most,
    floor: least,
    ratio: most / Math.max(1, least),
    must: isJudged ? { most: 2 } : undefined,
    note: least >= LEAST_JUDGED ? 'floor: the slowest' : 'floor: the slowest; too few to judge',
  };
}

/** Acknowledged commits of each writer, and what the counter says in the end. */
async function race(bench, { durability, coordinationMode }) {
  const folder = bench.newFolder();
  const writers = Array.from({ length: WRITERS }, () => startProcess('writer', folder, durability, coordinationMode));
  await Promise.all(writers.map((writer) => writer.answer()));
  const startMs = Date.now() + 100;
  const counts = await Promise.all(
    writers.map((writer) => writer.ask({ startMs, endMs: startMs + bench.sizes.writerMs })),
  );
  await Promise.all(writers.map((writer) => writer.end()));
  const counted = coordinationMode === 'raw' ? total(counts) : await readCounter(folder);
  bench.remove(folder);
  return { counts, counted };
}

async function readCounter(folder) {
  const bytes = await whileOpen(SnapshotStore.open(folder, { readOnly: true }), async (store) => {
    const snapshot = await store.snapshot();
    return snapshot.read('counter');
  });
  return Number.parseInt(Buffer.from(bytes).toString('latin1'), 10);
}

function perSecond(bench, counts) {
  return (total(counts) * 1000) / bench.sizes.writerMs;
}

function total(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}
