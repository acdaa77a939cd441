import { setTimeout as sleep } from 'node:timers/promises';
import { SnapshotStore } from '../../../dist/store/index.js';
import { measureFolder } from '../../corpus.mjs';
import { whileOpen } from '../../while-open.mjs';
import { edited } from '../corpus/corpus-files.mjs';
import { TITLES } from '../engines/index.mjs';

/** Two looks this far apart that find the same say that nothing more happens. */
const SETTLED_MS = 3_000;
/** Only those that keep one document without writing everything. */
const MEASURED = ['snapdex', 'sqlite'];

/** What is on the disk after many persists of one document, beside what a fresh index of the same size has. */
export async function measureDisk(bench, chunks) {
  const names = bench.able('shared', chunks).filter((name) => MEASURED.includes(name));
  const documents = bench.documents(chunks).slice(0, 1_000);
  const { diskPuts } = bench.sizes;
  const after = {};
  const fresh = {};
  for (const name of names) {
    const folder = await bench.copyOf(name, chunks);
    try {
      if (name === 'snapdex') await keepOneGeneration(folder);
      fresh[name] = megabytesIn(folder);
      const engine = await bench.open(name, chunks, { folder, options: { durability: 'deferred' } });
      try {
        const edits = Array.from({ length: diskPuts }, (_, edit) => edited(documents[edit % documents.length], edit));
        await engine.ask('put', { documents: edits });
        after[name] = await settledMegabytes(folder);
      } finally {
        await engine.close();
      }
    } finally {
      bench.remove(folder);
    }
  }
  const ratios = names
    .filter((name) => name !== 'snapdex')
    .map((name) => `${TITLES[name]} ${(after[name] / fresh[name]).toFixed(2)}×`);
  return [
    {
      what: `disk after ${diskPuts.toLocaleString('en-US')} one-document persists, ${chunks} chunks`,
      unit: 'MB',
      ours: after.snapdex,
      peer: { name: 'one generation', value: fresh.snapdex },
      ratio: after.snapdex / fresh.snapdex,
      must: { most: 1.3 },
      others: ratios.join(', '),
      after,
      fresh,
    },
  ];
}

function keepOneGeneration(folder) {
  return whileOpen(SnapshotStore.open(folder), (store) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }));
}

async function settledMegabytes(folder) {
  for (let before = -1; ; ) {
    const now = megabytesIfStill(folder);
    if (now === before) return now;
    before = now ?? before;
    await sleep(SETTLED_MS);
  }
}

/** `undefined` if something is being deleted at this moment. */
function megabytesIfStill(folder) {
  try {
    return megabytesIn(folder);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function megabytesIn(folder) {
  return measureFolder(folder).diskBytes / 1e6;
}
