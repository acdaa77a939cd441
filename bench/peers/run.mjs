// `npm run bench:peers -- --help`: ours beside what somebody would use instead.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine, machineLine } from '../machine.mjs';
import { fillMarkedPlace } from '../marked-place.mjs';
import { findVersions, installPeers } from './available.mjs';
import { ENGINES } from './engines/index.mjs';
import { PARTS } from './parts/index.mjs';
import { openPeersBench } from './peers-bench.mjs';
import { SIZES } from './sizes.mjs';
import { shortfallsOf, tableOf } from './table.mjs';

const CHUNKS = '1000,10000,100000';
/** The bars are for this size. */
const JUDGED_CHUNKS = 100_000;
const HELP = `npm run bench:peers -- [options]

Measures snapdex and what somebody would use instead in turn, prints one table, and keeps the raw figures in
bench/results/<date>-<name>.json. What is short of its bar is marked.

  --only=PART,…        of ${Object.keys(PARTS).join(', ')}
  --chunks=N,…         sizes of the corpus (default ${CHUNKS})
  --engines=NAME,…     of ${Object.keys(ENGINES).join(', ')} (snapdex always)
  --ours-only          the same as --engines=snapdex
  --quick              few repetitions: to see that it works
  --write              put the table into docs/performance.md
  --name=NAME          in the name of the result file (default peers)
  --help

Corpora and databases are kept in SNAPDEX_BENCH_DIR, or the folder for temporary files, and used again.`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    chunks: { type: 'string', default: CHUNKS },
    engines: { type: 'string', default: Object.keys(ENGINES).join(',') },
    'ours-only': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    name: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const parts = options.only.split(',');
const engines = options['ours-only'] ? [] : options.engines.split(',').filter((name) => name !== 'snapdex');
const chunkSizes = options.chunks.split(',').map(Number);

if (options.help) console.log(HELP);
else if (areKnown('part', parts, PARTS) && areKnown('engine', engines, ENGINES)) await main();
else process.exitCode = 2;

async function main() {
  const startedMs = performance.now();
  if (engines.length > 0) installPeers();
  const versions = findVersions(['snapdex', ...engines]);
  const bench = openPeersBench({ versions, sizes: options.quick ? SIZES.quick : SIZES.full });
  const machine = describeMachine(bench.cache);
  const lines = [];
  try {
    for (const part of parts) {
      lines.push(...(await measurePart(bench, part)));
      // Hours of it are not lost with what comes after.
      keep({ machine, versions, minutes: minutesSince(startedMs), lines: lines.map(rawLine) });
    }
  } finally {
    bench.close();
  }
  const text = `${machineLine(machine)}; ${minutesSince(startedMs)} minutes\n\n${tableOf(lines)}`;
  console.log(`\n${text}`);
  console.log(`\n${shortfallsOf(lines)}`);
  if (options.write) fillMarkedPlace('performance.md', { name: 'peers', command: 'npm run bench:peers', text });
}

function minutesSince(startedMs) {
  return Number(((performance.now() - startedMs) / 60_000).toFixed(1));
}

async function measurePart(bench, part) {
  const { measure, takesAllSizes } = PARTS[part];
  const lines = [];
  const sizes = takesAllSizes === undefined ? [Math.max(...chunkSizes)] : chunkSizes;
  for (const chunks of takesAllSizes === 'at once' ? [sizes] : sizes) {
    console.error(`${part}, ${chunks} chunks …`);
    for (const line of await measure(bench, chunks)) {
      const judged = judgedAtSize({ part, chunks, ...line });
      lines.push(judged);
      // Whoever waits sees what there is.
      console.error(tableOf([judged]).split('\n').at(-1));
    }
  }
  return lines;
}

/** Smaller sizes show how costs grow. */
function judgedAtSize(line) {
  return line.chunks < JUDGED_CHUNKS ? { ...line, must: undefined } : line;
}

function keep(result) {
  const name = options.name ?? (options.quick ? 'peers-quick' : 'peers');
  const file = new URL(`../results/${new Date().toISOString().slice(0, 10)}-${name}.json`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** Samples in one line of text for each engine: thousands of lines of one number help nobody. */
function rawLine({ samples, ...line }) {
  if (samples === undefined) return line;
  const texts = Object.entries(samples).map(([name, turns]) => [name, turns.map(inOneLine).join(' | ')]);
  return { ...line, samples: Object.fromEntries(texts) };
}

function inOneLine(numbers) {
  return numbers.map((number) => Number(number.toPrecision(4))).join(' ');
}

function areKnown(what, names, known) {
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0)
    console.error(`unknown ${what} ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}`);
  return unknown.length === 0;
}
