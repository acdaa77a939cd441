import { readFileSync } from 'node:fs';
import { richestKind } from '../engines/index.mjs';
import { othersOf, withoutOurs } from '../turns.mjs';

/** Instances that would need more than this together, judging by one of them, are not started. */
const MOST_MB_TOGETHER = 6_000;

/** Proportional memory after 50 queries: what processes share is counted once in all. */
export async function measureMemory(bench, chunks) {
  const one = await memoryOf(bench, chunks, 1, bench.able('memory', chunks));
  const note = await unmappedNote(bench, chunks);
  const four = await memoryOf(bench, chunks, 4, affordable(one, 4));
  return [
    memoryLine({ what: `memory of an instance (PSS), ${chunks} chunks`, values: one, most: 0.6, note }),
    {
      ...memoryLine({ what: `memory of four instances (PSS), ${chunks} chunks`, values: four }),
      peer: { name: 'one of ours', value: one.snapdex },
      ratio: four.snapdex / one.snapdex,
      must: { most: 2.2 },
      others: othersOf(four),
    },
  ];
}

/** As instances grow from 1 to 16: what each engine needs in all. */
export async function measureInstances(bench, chunks) {
  const lines = [];
  let one = Object.fromEntries(bench.able('memory', chunks).map((name) => [name, 0]));
  for (const instances of bench.sizes.instances) {
    const values = await memoryOf(bench, chunks, instances, affordable(one, instances));
    if (instances === 1) one = values;
    lines.push({
      ...memoryLine({ what: `memory of ${instances} instances (PSS), ${chunks} chunks`, values }),
      instances,
    });
  }
  return lines;
}

function affordable(one, instances) {
  return Object.keys(one).filter((name) => one[name] * instances <= MOST_MB_TOGETHER);
}

/** SQLite needs less, and is slower, where the file is not mapped. */
async function unmappedNote(bench, chunks) {
  const names = bench.able('memory', chunks).filter((name) => name === 'sqlite');
  const { sqlite } = await memoryOf(bench, chunks, 1, names, { isMapped: false });
  return sqlite === undefined ? undefined : `SQLite without mmap ${sqlite.toFixed(0)}`;
}

async function memoryOf(bench, chunks, instances, names, options) {
  const memory = {};
  for (const name of names) {
    const engines = [];
    try {
      for (let instance = 0; instance < instances; instance += 1)
        engines.push(await bench.open(name, chunks, { options }));
      const numbers = Array.from({ length: 50 }, (_, number) => number);
      for (const engine of engines) await engine.ask('time', { kind: richestKind(name), numbers });
      memory[name] = engines.reduce((sum, { pid }) => sum + readPssMegabytes(pid), 0);
    } finally {
      for (const engine of engines) await engine.close();
    }
  }
  return memory;
}

function memoryLine({ what, values, most, note }) {
  const { snapdex, sqlite } = values;
  return {
    what,
    unit: 'MB',
    ours: snapdex,
    peer: sqlite === undefined ? undefined : { name: 'sqlite', value: sqlite },
    ratio: sqlite === undefined ? undefined : snapdex / sqlite,
    must: most === undefined ? undefined : { most },
    others: othersOf(withoutOurs(values), 'sqlite'),
    note,
    values,
  };
}

function readPssMegabytes(pid) {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
