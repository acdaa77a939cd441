import { edited } from '../corpus/corpus-files.mjs';
import { ratioOf, takeTurns, timesLine, valuesOf } from '../turns.mjs';

/** The same documents are edited again and again, as somebody does who writes. */
const EDITED_DOCUMENTS = 10;
const MODES = ['file_lock', 'none'];
const BARS = { durable: 1, deferred: 0.7 };
const SYNCHRONOUS = { durable: 'FULL', deferred: 'NORMAL' };

/** One document that has changed: parsed, embedded, indexed, kept. Every size in `allChunks` in turn. */
export async function measurePersist(bench, allChunks) {
  const lines = [];
  for (const durability of ['durable', 'deferred']) {
    for (const chunks of allChunks) {
      const figures = await timePuts(bench, chunks, durability);
      const what = `one-document persist, ${durability}, ${chunks} chunks`;
      const note = `SQLite ${SYNCHRONOUS[durability]}`;
      lines.push(
        {
          ...timesLine({ what: `${what}, p50`, figures, against: 'sqlite', most: BARS[durability], note }),
          chunks,
          durability,
        },
        { ...timesLine({ what: `${what}, p99`, figures, against: 'sqlite', share: 0.99 }), chunks },
      );
    }
    if (allChunks.length > 1) lines.push(await growthLine(bench, allChunks, durability));
  }
  return lines;
}

/** The same persist in indexes of all sizes, in turn. */
async function growthLine(bench, allChunks, durability) {
  const { putTurns, putsPerTurn } = bench.sizes;
  // Whether an index has these documents already or gets them new, the work is the same.
  const documents = bench.documents(allChunks[0]).slice(0, putsPerTurn);
  const figures = await whileOpenOnOurCopies(
    bench,
    allChunks.map((chunks) => ({ key: chunks, chunks, options: { durability } })),
    async (engines) => {
      const act = (chunks, turn) =>
        engines[chunks].ask('put', { documents: documents.map((document) => edited(document, turn)) });
      for (const chunks of allChunks) await act(chunks, putTurns);
      return takeTurns(allChunks, putTurns, act);
    },
  );
  const medians = valuesOf(figures, 0.5);
  const [fastest, ...others] = Object.keys(medians).sort((a, b) => medians[a] - medians[b]);
  const slowest = others.at(-1);
  return {
    what: `one-document persist, ${durability}, at ${allChunks.join(', ')} chunks: slowest`,
    unit: 'ms',
    ours: medians[slowest],
    peer: { name: 'fastest of ours', value: medians[fastest] },
    ratio: ratioOf(figures[slowest], figures[fastest]),
    must: { most: 1.3 },
    samples: figures,
  };
}

async function timePuts(bench, chunks, durability) {
  const names = bench.able('put', chunks);
  const documents = bench.documents(chunks).slice(0, EDITED_DOCUMENTS);
  const { putTurns, putsPerTurn, putWarmUps } = bench.sizes;
  const editsOf = (turn) => {
    const first = putWarmUps + turn * putsPerTurn;
    return Array.from({ length: putsPerTurn }, (_, put) =>
      edited(documents[(first + put) % documents.length], first + put),
    );
  };
  return bench.whileOpenOnCopies(names, chunks, { durability }, async (engines) => {
    const warmUps = Array.from({ length: putWarmUps }, (_, edit) => edited(documents[edit % documents.length], edit));
    for (const name of names)
      await engines[name].ask('put', { documents: name in SLOW ? warmUps.slice(0, 1) : warmUps });
    return takeTurns(names, putTurns, (name, turn) => {
      const edits = editsOf(turn);
      return engines[name].ask('put', { documents: name in SLOW ? edits.slice(0, 1) : edits });
    });
  });
}

/** Those that write the whole index for one document. */
const SLOW = { minisearch: true, orama: true };

/** What the lock costs: the same persists with it and without, of one document and of many. */
export async function measureCoordination(bench, chunks) {
  const documents = bench.documents(chunks);
  const { coordinationTurns, bulkTurns, bulkDocuments } = bench.sizes;
  const lines = [];
  for (const durability of ['durable', 'deferred']) {
    const one = await timeBoth(bench, { chunks, durability, turns: coordinationTurns }, (turn) => ({
      what: 'put',
      documents: Array.from({ length: 5 }, (_, put) => edited(documents[put], turn * 5 + put)),
    }));
    lines.push(shareLine(`lock's share of a one-document persist, ${durability}, ${chunks} chunks`, one, 0.1));
  }
  const bulk = await timeBoth(bench, { chunks, durability: 'deferred', turns: bulkTurns }, (turn) => ({
    what: 'putTogether',
    documents: documents
      .slice(0, bulkDocuments)
      .map((document, place) => edited(document, turn * bulkDocuments + place)),
  }));
  lines.push(shareLine(`lock's share of a persist of ${bulkDocuments} documents, ${chunks} chunks`, bulk, 0.01));
  return lines;
}

function timeBoth(bench, { chunks, durability, turns }, wishOf) {
  const copies = MODES.map((mode) => ({ key: mode, chunks, options: { durability, coordinationMode: mode } }));
  return whileOpenOnOurCopies(bench, copies, async (engines) => {
    const act = async (mode, turn) => {
      const { what, documents } = wishOf(turn);
      return [await engines[mode].ask(what, { documents })].flat();
    };
    for (const mode of MODES) await act(mode, turns);
    return takeTurns(MODES, turns, act);
  });
}

/** Gives `action` several of ours by `key`, each on a copy of its own. */
async function whileOpenOnOurCopies(bench, copies, action) {
  const engines = {};
  const folders = [];
  try {
    for (const { key, chunks, options } of copies) {
      const folder = await bench.copyOf('snapdex', chunks);
      folders.push(folder);
      engines[key] = await bench.open('snapdex', chunks, { folder, options });
    }
    return await action(engines);
  } finally {
    for (const engine of Object.values(engines)) await engine.close();
    for (const folder of folders) bench.remove(folder);
  }
}

function shareLine(what, figures, most) {
  const { file_lock: locked, none } = valuesOf(figures, 0.5);
  return {
    what,
    unit: 'ms',
    ours: locked,
    peer: { name: 'without the lock', value: none },
    ratio: 1 - ratioOf(figures.none, figures.file_lock),
    must: { most, isShare: true },
    samples: figures,
  };
}
