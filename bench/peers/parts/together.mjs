import { median } from '../../measuring.mjs';
import { LEAST_JUDGED } from '../../parts/writers.mjs';
import { TITLES } from '../engines/index.mjs';
import { othersOf } from '../turns.mjs';

const WRITERS = 4;
/** What a process needs to hear that it shall begin. */
const LEAD_MS = 150;

/** Queries a second in one process, while another one commits one document after the other and while it does not. */
export async function measureReadingWhileWriting(bench, chunks) {
  const names = bench.able('shared', chunks);
  const documents = bench.documents(chunks).slice(0, 100);
  const rates = Object.fromEntries(names.map((name) => [name, { idle: [], busy: [] }]));
  await bench.whileOpenOnCopies(names, chunks, { durability: 'deferred' }, (writers, folders) =>
    bench.whileOpen(
      names,
      chunks,
      async (readers) => {
        for (let round = 0; round < bench.sizes.rounds; round += 1) {
          for (const name of names) {
            const period = () => periodOf(bench.sizes.roundMs);
            const ask = (times) => readers[name].ask('askUntil', { kind: 'hybrid', ...times });
            rates[name].idle.push(await ask(period()));
            const times = period();
            const [asked] = await Promise.all([ask(times), writers[name].ask('putUntil', { documents, ...times })]);
            rates[name].busy.push(asked);
          }
        }
      },
      folders,
    ),
  );
  const shares = Object.fromEntries(names.map((name) => [name, shareOf(rates[name])]));
  const perSecond = (counts) => (median(counts) * 1000) / bench.sizes.roundMs;
  return [
    {
      what: `hybrid queries while another process commits, ${chunks} chunks`,
      unit: '/s',
      ours: perSecond(rates.snapdex.busy),
      peer: { name: 'idle', value: perSecond(rates.snapdex.idle) },
      ratio: shares.snapdex,
      must: { least: 0.9 },
      others: names.length > 1 ? `share of idle: ${othersOf(shares)}` : '',
      rates,
    },
  ];
}

function shareOf({ idle, busy }) {
  return median(busy.map((count, round) => count / idle[round]));
}

/** Four processes that keep one new document after the other in one index. */
export async function measureWriters(bench, chunks) {
  const names = bench.able('shared', chunks);
  const documents = bench.documents(chunks).slice(0, 100);
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  const folders = {};
  try {
    for (const name of names) folders[name] = await bench.copyOf(name, chunks);
    for (let round = 0; round < bench.sizes.writerRounds; round += 1) {
      for (const name of names) {
        rounds[name].push(await race(bench, { name, chunks, folder: folders[name], documents }));
      }
    }
  } finally {
    for (const folder of Object.values(folders)) bench.remove(folder);
  }
  const perSecond = (counts) => (sum(counts) * 1000) / bench.sizes.writerRoundMs;
  const what = `${WRITERS} writers, durable, one document each`;
  return [
    writersRateLine(`${what}, ${chunks} chunks`, rounds, perSecond),
    { what: `${what}: commits lost`, unit: '', ours: lossOf(rounds.snapdex), must: { valueMost: 0 } },
    writersSpreadLine(`${what}: fastest beside slowest`, rounds, bench.sizes.writerRoundMs),
  ];
}

function writersRateLine(what, rounds, perSecond) {
  const names = Object.keys(rounds);
  const values = Object.fromEntries(
    names.map((name) => [name, median(rounds[name].map(({ counts }) => perSecond(counts)))]),
  );
  const { snapdex, sqlite } = rounds;
  const ratios = sqlite?.map(({ counts }, round) => sum(snapdex[round].counts) / sum(counts));
  const losses = names.map((name) => {
    const refused = sum(rounds[name].map((round) => round.refused));
    return `${TITLES[name]} lost ${lossOf(rounds[name])}, refused ${refused}`;
  });
  return {
    what,
    unit: 'commits/s',
    ours: values.snapdex,
    peer: sqlite === undefined ? undefined : { name: 'sqlite', value: values.sqlite },
    ratio: ratios === undefined ? undefined : median(ratios),
    must: { least: 0.7 },
    others: [othersOf(values, 'sqlite'), ...losses].filter((text) => text !== '').join('; '),
    values,
    rounds,
  };
}

/** The counts of the round whose spread is the middling one, beside those of others. */
function writersSpreadLine(what, { snapdex, ...peers }, roundMs) {
  const spreads = snapdex.map(({ counts }) => spreadIn(counts));
  const shown = snapdex[spreads.indexOf(median(spreads))].counts;
  const seconds = roundMs / 1000;
  return {
    what,
    unit: 'commits',
    ours: Math.max(...shown),
    peer: { name: 'slowest', value: Math.min(...shown) },
    ratio: median(spreads),
    must: Math.min(...shown) < LEAST_JUDGED ? undefined : { most: 2 },
    others: Object.entries(peers)
      .map(
        ([name, rounds]) => `${TITLES[name]} ${median(rounds.map(({ counts }) => spreadIn(counts))).toPrecision(3)}×`,
      )
      .join(', '),
    note: `the middling of ${snapdex.length} rounds of ${seconds} s; the worst ${Math.max(...spreads).toPrecision(3)}×`,
  };
}

function lossOf(rounds) {
  return sum(rounds.map(({ lost }) => lost));
}

function spreadIn(counts) {
  return Math.max(...counts) / Math.max(1, Math.min(...counts));
}

/** Acknowledged commits of each writer, and how many of them are not there afterwards. */
async function race(bench, { name, chunks, folder, documents }) {
  const open = () => bench.open(name, chunks, { folder, options: { durability: 'durable' } });
  const countDocuments = async () => {
    const engine = await open();
    try {
      return await engine.ask('countDocuments');
    } finally {
      await engine.close();
    }
  };
  const before = await countDocuments();
  const writers = [];
  try {
    for (let writer = 0; writer < WRITERS; writer += 1) writers.push(await open());
    const times = periodOf(bench.sizes.writerRoundMs);
    const wish = { documents, isNew: true, ...times };
    const outcomes = await Promise.all(writers.map((writer) => writer.ask('putUntil', wish)));
    const counts = outcomes.map(({ kept }) => kept);
    const refused = sum(outcomes.map((outcome) => outcome.refused));
    return { counts, refused, lost: before + sum(counts) - (await countDocuments()) };
  } finally {
    for (const writer of writers) await writer.close();
  }
}

function periodOf(lengthMs) {
  const startMs = Date.now() + LEAD_MS;
  return { startMs, endMs: startMs + lengthMs };
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
