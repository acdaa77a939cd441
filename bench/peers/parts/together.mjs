import { median } from '../../measuring.mjs';
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
    for (let round = 0; round < bench.sizes.rounds; round += 1) {
      for (const name of names)
        rounds[name].push(await race(bench, { name, chunks, folder: folders[name], documents }));
    }
  } finally {
    for (const folder of Object.values(folders)) bench.remove(folder);
  }
  const rateOf = (name) => (median(rounds[name].map(({ counts }) => sum(counts))) * 1000) / bench.sizes.roundMs;
  const lost = (name) => sum(rounds[name].map((round) => round.lost));
  const refused = (name) => sum(rounds[name].map((round) => round.refused));
  const values = Object.fromEntries(names.map((name) => [name, rateOf(name)]));
  const what = `${WRITERS} writers, durable, one document each`;
  const losses = names.map((name) => `${TITLES[name]} lost ${lost(name)}, refused ${refused(name)}`);
  return [
    {
      what: `${what}, ${chunks} chunks`,
      unit: 'commits/s',
      ours: values.snapdex,
      peer: values.sqlite === undefined ? undefined : { name: 'sqlite', value: values.sqlite },
      ratio:
        rounds.sqlite === undefined
          ? undefined
          : median(rounds.snapdex.map(({ counts }, round) => sum(counts) / sum(rounds.sqlite[round].counts))),
      must: { least: 0.7 },
      others: [othersOf(values, 'sqlite'), ...losses].filter((text) => text !== '').join('; '),
      values,
      rounds,
    },
    { what: `${what}: commits lost`, unit: '', ours: lost('snapdex'), must: { valueMost: 0 } },
    {
      what: `${what}: fastest writer beside the slowest`,
      unit: 'commits',
      ours: Math.max(...totalsByWriter(rounds.snapdex)),
      peer: { name: 'slowest', value: Math.min(...totalsByWriter(rounds.snapdex)) },
      ratio: spreadOf(rounds.snapdex),
      must: { most: 2 },
      others: names
        .filter((name) => name !== 'snapdex')
        .map((name) => `${TITLES[name]} ${spreadOf(rounds[name]).toPrecision(3)}×`)
        .join(', '),
    },
  ];
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
    const times = periodOf(bench.sizes.roundMs);
    const wish = { documents, isNew: true, ...times };
    const outcomes = await Promise.all(writers.map((writer) => writer.ask('putUntil', wish)));
    const counts = outcomes.map(({ kept }) => kept);
    const refused = sum(outcomes.map((outcome) => outcome.refused));
    return { counts, refused, lost: before + sum(counts) - (await countDocuments()) };
  } finally {
    for (const writer of writers) await writer.close();
  }
}

/** One writer is not the same process in every round, so the rounds are taken together only here. */
function totalsByWriter(rounds) {
  return rounds.at(-1).counts.map((_, writer) => sum(rounds.map(({ counts }) => counts[writer])));
}

function spreadOf(rounds) {
  return median(rounds.map(({ counts }) => Math.max(...counts) / Math.min(...counts)));
}

function periodOf(lengthMs) {
  const startMs = Date.now() + LEAD_MS;
  return { startMs, endMs: startMs + lengthMs };
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
