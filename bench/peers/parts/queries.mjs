import { takeTurns, timesLine } from '../turns.mjs';

/** Queries by words, 2 to 4 of them, on an index that is warm. */
export async function measureKeyword(bench, chunks) {
  const figures = await timeQueries(bench, chunks, 'keyword');
  const what = `keyword query, ${chunks} chunks`;
  return [
    timesLine({ what: `${what}, p50`, figures, most: 0.08 }),
    timesLine({ what: `${what}, p99`, figures, share: 0.99, most: 0.3 }),
  ];
}

/** The ten nearest vectors, without any approximation by an index. */
export async function measureVector(bench, chunks) {
  const figures = await timeQueries(bench, chunks, 'vector');
  return [
    timesLine({ what: `exact vector top-10, ${chunks} chunks, p50`, figures, against: 'sqlite', most: 0.12 }),
    await recallLine(bench, chunks),
  ];
}

export async function measureHybrid(bench, chunks) {
  const figures = await timeQueries(bench, chunks, 'hybrid');
  return [timesLine({ what: `hybrid query, ${chunks} chunks, p50`, figures, against: 'sqlite', most: 0.15 })];
}

async function timeQueries(bench, chunks, kind) {
  const names = bench.able(kind, chunks);
  const numbers = bench.queries(chunks).map((_, number) => number);
  const { queryPasses, queriesPerTurn } = bench.sizes;
  const turns = batches(Array.from({ length: queryPasses }, () => numbers).flat(), queriesPerTurn);
  return bench.whileOpen(names, chunks, async (engines) => {
    for (const name of names) await engines[name].ask('time', { kind, numbers: numbers.slice(0, bench.sizes.warmUps) });
    return takeTurns(names, turns.length, (name, turn) => engines[name].ask('time', { kind, numbers: turns[turn] }));
  });
}

/** How many of the ten that a scan in float32 finds are found. */
async function recallLine(bench, chunks) {
  const names = bench.able('vector', chunks);
  const queries = bench.queries(chunks);
  const numbers = queries.map((_, number) => number);
  const sections = bench.documents(chunks).flatMap(({ path, sections: own }) => {
    return own.map(({ heading }) => keyOf({ path, heading }));
  });
  const recalls = await bench.whileOpen(names, chunks, async (engines) => {
    const shares = {};
    for (const name of names) {
      const found = await engines[name].ask('find', { kind: 'vector', numbers });
      const hits = found.map((hits, number) => {
        const keys = new Set(hits.map(keyOf));
        return (
          queries[number].nearest.filter((chunk) => keys.has(sections[chunk])).length / queries[number].nearest.length
        );
      });
      shares[name] = hits.reduce((sum, share) => sum + share, 0) / hits.length;
    }
    return shares;
  });
  const { snapdex, sqlite } = recalls;
  return {
    what: `recall@10 of that against float32, ${chunks} chunks`,
    unit: '',
    digits: 4,
    ours: snapdex,
    peer: sqlite === undefined ? undefined : { name: 'sqlite', value: sqlite },
    must: { valueLeast: 0.99 },
    recalls,
  };
}

function keyOf({ path, heading }) {
  return `${path}\n${heading}`;
}

function batches(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, batch) =>
    list.slice(batch * size, (batch + 1) * size),
  );
}
