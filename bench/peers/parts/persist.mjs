import { edited } from '../corpus/corpus-files.mjs';
import { ratioOf, takeTurns, timesLine, valuesOf } from '../turns.mjs';

/** The same documents are edited again and again, as somebody does who writes. */
const EDITED_DOCUMENTS = 10;
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
  const figures = await bench.whileOpenOurs(
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
