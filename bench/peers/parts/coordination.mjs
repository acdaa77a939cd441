import { randomBytes } from 'node:crypto';
import { SnapshotStore } from '../../../dist/store/index.js';
import { median, timed } from '../../measuring.mjs';
import { whileOpen } from '../../while-open.mjs';
import { edited } from '../corpus/corpus-files.mjs';
import { takeTurns, valuesOf } from '../turns.mjs';

const MODES = ['file_lock', 'none'];
/** A segment of one document is about as large. */
const FILE_BYTES = 20 * 1024;

/**
 * What the lock costs, beside what a persist takes. The cost is the same whatever is committed, and is measured where
 * little else happens: on the bare store, in hundreds of pairs with and without it. In the difference of two persists it
 * would drown.
 */
export async function measureCoordination(bench, chunks) {
  const documents = bench.documents(chunks);
  const { lockPairs, coordinationTurns, bulkTurns, bulkDocuments } = bench.sizes;
  const lines = [];
  for (const durability of ['durable', 'deferred']) {
    const lock = await timeLock(bench, durability, lockPairs);
    const one = await timePersists(bench, { chunks, durability, turns: coordinationTurns }, (turn) => ({
      what: 'put',
      documents: documents.slice(0, 5).map((document, place) => edited(document, turn * 5 + place)),
    }));
    lines.push(
      shareLine({ what: `one-document persist, ${durability}, ${chunks} chunks`, lock, persists: one, most: 0.1 }),
    );
    const bulk = await timePersists(bench, { chunks, durability, turns: bulkTurns }, (turn) => ({
      what: 'putTogether',
      documents: documents.slice(0, bulkDocuments).map((document) => edited(document, turn)),
    }));
    const what = `persist of ${bulkDocuments} documents, ${durability}, ${chunks} chunks`;
    lines.push(shareLine({ what, lock, persists: bulk, most: 0.01 }));
  }
  return lines;
}

/** Milliseconds that an update takes longer with the lock. */
async function timeLock(bench, durability, pairs) {
  const folders = MODES.map(() => bench.newFolder());
  const open = (place) => SnapshotStore.open(folders[place], { durability, coordinationMode: MODES[place] });
  try {
    return await whileOpen(open(0), (locked) =>
      whileOpen(open(1), async (free) => {
        const update = (store) => {
          const bytes = randomBytes(FILE_BYTES);
          return timed(() => store.update((draft) => draft.write('data', bytes)));
        };
        for (let warmUp = 0; warmUp < 20; warmUp += 1) await update(warmUp % 2 === 0 ? locked : free);
        const differences = [];
        for (let pair = 0; pair < pairs; pair += 1) {
          // Whoever comes second must not always be the same.
          const [first, second] = pair % 2 === 0 ? [locked, free] : [free, locked];
          const difference = (await update(first)) - (await update(second));
          differences.push(first === locked ? difference : -difference);
        }
        return { ms: median(differences), differences };
      }),
    );
  } finally {
    for (const folder of folders) bench.remove(folder);
  }
}

function timePersists(bench, { chunks, durability, turns }, wishOf) {
  const copies = MODES.map((mode) => ({ key: mode, chunks, options: { durability, coordinationMode: mode } }));
  return bench.whileOpenOurs(copies, async (engines) => {
    const act = async (mode, turn) => {
      const { what, documents } = wishOf(turn);
      return [await engines[mode].ask(what, { documents })].flat();
    };
    for (const mode of MODES) await act(mode, turns);
    return takeTurns(MODES, turns, act);
  });
}

function shareLine({ what, lock, persists, most }) {
  const { file_lock: locked, none } = valuesOf(persists, 0.5);
  return {
    what: `lock's share of a ${what}`,
    unit: 'ms',
    ours: locked,
    peer: { name: 'the lock', value: lock.ms },
    ratio: lock.ms / locked,
    must: { most, isShare: true },
    note: `the lock: median of ${lock.differences.length} pairs of a bare update of 20 KB with and without it; persists without it ${none.toPrecision(3)} ms`,
    samples: { ...persists, lock: [lock.differences] },
  };
}
