import { statSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../measuring.mjs';
import { LAYOUTS } from './document-layouts.mjs';

/** What a key's text is made of: 200 bytes of JSON a document. */
const TEXT = 'lorem ipsum '.repeat(16);
/** A commit of a store with few files is dominated by waiting for the disk, which is measured elsewhere. */
const OPTIONS = { durability: 'deferred', collectAutomatically: false };

/** One document of many is changed again and again: bytes and processor time of a commit, and of opening. */
export async function measureKeyedDocuments(bench) {
  const rows = [];
  for (const documentCount of bench.sizes.keyedDocuments) {
    for (const layout of LAYOUTS) {
      if (documentCount > (layout.mostDocuments ?? Number.POSITIVE_INFINITY)) continue;
      rows.push(...(await measureLayout(bench, layout, documentCount)));
    }
  }
  return rows;
}

async function measureLayout(bench, { name, open }, documentCount) {
  const path = bench.newFolder();
  const documents = await open(path, OPTIONS);
  await documents.write(
    Object.fromEntries(Array.from({ length: documentCount }, (_, index) => [`key-${index}`, TEXT])),
  );
  const times = [];
  for (let change = 0; change < bench.sizes.keyedChanges; change += 1) {
    const key = `key-${(change * 7919) % documentCount}`;
    times.push(await processorMs(() => documents.write({ [key]: `${change} ${TEXT}` })));
  }
  const { generations } = await documents.store.history();
  const sizes = generations.slice(0, -1).map(({ generation, ownSizeBytes }) => {
    return ownSizeBytes + manifestSizeBytes(path, generation);
  });
  const files = (await documents.store.snapshot()).files.size;
  await documents.close();

  const opened = await open(path, { ...OPTIONS, readOnly: true });
  const openingMs = await processorMs(() => opened.count());
  await opened.close();
  bench.remove(path);
  const what = `${documentCount.toLocaleString('en-US')} documents, ${name}`;
  const meanKb = sizes.reduce((sum, bytes) => sum + bytes, 0) / bench.sizes.keyedChanges / 1000;
  return [
    {
      what: `${what}: written by a change`,
      unit: 'KB',
      p50: meanKb,
      note: `mean, manifest and merges included; ${files} files`,
    },
    { what: `${what}: a change`, unit: 'ms', p50: median(times), note: 'processor time of the writer', samples: times },
    { what: `${what}: first reading`, unit: 'ms', p50: openingMs, note: 'processor time' },
  ];
}

function manifestSizeBytes(path, generation) {
  return statSync(join(path, 'generations', String(generation).padStart(10, '0'), 'manifest.json')).size;
}

/** Processor time of this process, which other programs spoil less than time. */
async function processorMs(action) {
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
