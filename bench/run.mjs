// `npm run bench -- --help`: measures the product beside what the machine itself needs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine, machineLine } from './machine.mjs';
import { measureBareStore } from './parts/bare-store.mjs';
import { measureDisk } from './parts/disk.mjs';
import { measureDocumentPersist } from './parts/document-persist.mjs';
import { measureFresh } from './parts/fresh.mjs';
import { measureFullIndex } from './parts/full-index.mjs';
import { measureKeptWrites } from './parts/kept-writes.mjs';
import { measureKeyedDocuments } from './parts/keyed-documents.mjs';
import { measureMemory } from './parts/memory.mjs';
import { measureQuery } from './parts/query.mjs';
import { measureRefresh } from './parts/refresh.mjs';
import { measureSaveToVisible } from './parts/save-to-visible.mjs';
import { measureStart } from './parts/start.mjs';
import { measureWriters } from './parts/writers.mjs';
import { installPeers } from './peers/available.mjs';
import { SIZES } from './sizes.mjs';
import { shortfallsOf, tableOf } from './table.mjs';
import { openWorkbench } from './workbench.mjs';

const PARTS = {
  'full-index': measureFullIndex,
  'document-persist': measureDocumentPersist,
  'bare-store': measureBareStore,
  writers: measureWriters,
  refresh: measureRefresh,
  query: measureQuery,
  start: measureStart,
  memory: measureMemory,
  disk: measureDisk,
  'save-to-visible': measureSaveToVisible,
  fresh: measureFresh,
  'keyed-documents': measureKeyedDocuments,
  'kept-writes': measureKeptWrites,
};

const HELP = `npm run bench -- [part…] [options]

Measures these parts, all by default, prints one table and what falls short of its bar, and keeps the raw figures in
bench/results/<date>-<name>.json:
${Object.keys(PARTS).join(', ')}

  --quick      few repetitions: to see that it works
  --name=NAME  in the name of the result file (default full, or quick)
  --help`;

const asked = read(process.argv.slice(2));
if (typeof asked === 'string') {
  console.error(`${asked}\n\n${HELP}`);
  process.exitCode = 2;
} else if (asked.help) console.log(HELP);
else await main(asked.parts, asked);

/** What is wrong with the words, or what they ask for. */
function read(words) {
  const options = {
    quick: { type: 'boolean', default: false },
    name: { type: 'string' },
    help: { type: 'boolean', default: false },
  };
  try {
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    const unknown = positionals.find((part) => !Object.hasOwn(PARTS, part));
    if (unknown !== undefined) return `There is no part ${unknown}.`;
    return { parts: positionals.length > 0 ? positionals : Object.keys(PARTS), ...values };
  } catch (error) {
    return error.message;
  }
}

async function main(parts, { quick, name = quick ? 'quick' : 'full' }) {
  if (parts.includes('kept-writes')) installIfPossible();
  const startedMs = performance.now();
  const bench = openWorkbench(quick ? SIZES.quick : SIZES.full);
  const machine = describeMachine(bench.folder);
  const rows = [];
  try {
    for (const part of parts) rows.push(...(await measurePart(bench, part)));
  } finally {
    bench.close();
  }
  const { name: corpus, documents } = bench.corpus;
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  console.log(`\n${machineLine(machine)}; ${corpus}, ${documents.length} documents; ${minutes} minutes\n`);
  console.log(tableOf(rows));
  console.log(`\n${shortfallsOf(rows)}`);
  keep(name, { machine, corpus, documents: documents.length, minutes: Number(minutes), rows: rows.map(rawRow) });
}

/** What cannot be imported is left out by the part that needs it. */
function installIfPossible() {
  try {
    installPeers();
  } catch (error) {
    console.error(`the peers cannot be installed: ${error.message}`);
  }
}

/** The rows of a part; none, and the reason, if it fails: what the others measured took minutes. */
async function measurePart(bench, part) {
  console.error(`${part} …`);
  try {
    return (await PARTS[part](bench)).map((row) => ({ part, ...row }));
  } catch (error) {
    console.error(`${part} is left out:`, error);
    process.exitCode = 1;
    return [];
  }
}

function keep(name, result) {
  const file = new URL(`results/${new Date().toISOString().slice(0, 10)}-${name}.json`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** Samples in one line of text each: thousands of lines of one number help nobody. */
function rawRow({ samples, floors, ...row }) {
  const inOneLine = (numbers) => numbers?.map((number) => Number(number.toPrecision(4))).join(' ');
  return { ...row, samples: inOneLine(samples), floors: inOneLine(floors) };
}
