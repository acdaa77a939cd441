/** What all parts work with: corpora and databases, kept from run to run, and copies of them that may be changed. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { timed } from '../measuring.mjs';
import { cleanEnvironment } from '../project.mjs';
import { corpusKey, prepareCorpus, readDocuments, readQueries } from './corpus/corpus-files.mjs';
import { openEngine, startEngine } from './engine-client.mjs';
import { isAble } from './engines/index.mjs';

const run = promisify(execFile);
/** Databases of one corpus that other versions of an engine have built and that stay. */
const OTHER_VERSIONS = 3;
/** The whole corpus is in memory while an index is built. */
const BUILD = ['--max-old-space-size=12000', fileURLToPath(new URL('build-process.mjs', import.meta.url))];

/** `versions` has the engines that take part; `SNAPDEX_BENCH_DIR` chooses the disk that is measured. */
export function openPeersBench({ versions, sizes }) {
  const cache = join(process.env.SNAPDEX_BENCH_DIR ?? tmpdir(), 'snapdex-bench-peers');
  mkdirSync(cache, { recursive: true });
  const copies = [];
  const bench = {
    versions,
    sizes,
    /** Those engines that take part, can do this and can do it with so many chunks. */
    able: (what, chunks) => Object.keys(versions).filter((name) => isAble(name, what, chunks)),
    cache,
    /** Folder of the corpus of so many chunks. */
    corpusFolder: (chunks) => {
      if (!existsSync(join(cache, corpusKey(chunks)))) console.error(`  making a corpus of ${chunks} chunks …`);
      return prepareCorpus(cache, chunks);
    },
    queries: (chunks) => readQueries(bench.corpusFolder(chunks)),
    documents: (chunks) => readDocuments(bench.corpusFolder(chunks)),
    /** Folder of an engine's database of the corpus; whoever changes it takes a copy. */
    database: (name, chunks) => prepareDatabase(bench, name, chunks),
    /** How long that database took to build. */
    buildMs: async (name, chunks) =>
      Number(readFileSync(join(await bench.database(name, chunks), '../build-ms'), 'utf8')),
    /** A copy that nobody has open. */
    copyOf: async (name, chunks) => {
      const copy = join(cache, `copy-${process.pid}-${copies.length}`);
      copies.push(copy);
      cpSync(await bench.database(name, chunks), copy, { recursive: true });
      return copy;
    },
    /** A new empty folder. */
    newFolder: () => {
      const folder = join(cache, `copy-${process.pid}-${copies.length}`);
      copies.push(folder);
      mkdirSync(folder);
      return folder;
    },
    /** An engine that runs on its database, or on `folder`. */
    open: async (name, chunks, { folder, options } = {}) =>
      openEngine(name, {
        folder: folder ?? (await bench.database(name, chunks)),
        corpusFolder: bench.corpusFolder(chunks),
        options,
      }),
    /** As `open`, but nothing is opened yet. */
    start: async (name, chunks) =>
      startEngine(name, { folder: await bench.database(name, chunks), corpusFolder: bench.corpusFolder(chunks) }),
    /** Gives `action` each engine by name, running on its database or on its folder in `folders`. */
    whileOpen: (names, chunks, action, folders = {}) =>
      withEngines(names, (name) => bench.open(name, chunks, { folder: folders[name] }), action),
    /** The same on copies, which may be changed; `action` gets their folders too. */
    whileOpenOnCopies: async (names, chunks, options, action) => {
      const folders = {};
      for (const name of names) folders[name] = await bench.copyOf(name, chunks);
      try {
        const open = (name) => bench.open(name, chunks, { folder: folders[name], options });
        return await withEngines(names, open, (engines) => action(engines, folders));
      } finally {
        for (const folder of Object.values(folders)) bench.remove(folder);
      }
    },
    /** Gives `action` several of ours by `key`, each on a copy of its own: `{ key, chunks, options }`. */
    whileOpenOurs: async (copies, action) => {
      const folders = {};
      for (const { key, chunks } of copies) folders[key] = await bench.copyOf('snapdex', chunks);
      const open = (key) => {
        const { chunks, options } = copies.find((copy) => copy.key === key);
        return bench.open('snapdex', chunks, { folder: folders[key], options });
      };
      const keys = copies.map(({ key }) => key);
      try {
        return await withEngines(keys, open, action);
      } finally {
        for (const folder of Object.values(folders)) bench.remove(folder);
      }
    },
    remove: (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
    close: () => {
      for (const copy of copies) bench.remove(copy);
    },
  };
  return bench;
}

async function withEngines(names, open, action) {
  const engines = {};
  try {
    for (const name of names) engines[name] = await open(name);
    return await action(engines);
  } finally {
    for (const engine of Object.values(engines)) await engine.close();
  }
}

async function prepareDatabase(bench, name, chunks) {
  const corpus = corpusKey(chunks);
  const folder = join(bench.cache, `${name}-${bench.versions[name]}-${corpus}`);
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return join(folder, 'database');
  }
  const corpusFolder = bench.corpusFolder(chunks);
  removeOlder(bench, name, corpus);
  console.error(`  building ${name} with ${chunks} chunks …`);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(join(unfinished, 'database'), { recursive: true });
  const words = [...BUILD, name, join(unfinished, 'database'), corpusFolder];
  try {
    const tookMs = await timed(() => run(process.execPath, words, { env: cleanEnvironment(), maxBuffer: 1e8 }));
    writeFileSync(join(unfinished, 'build-ms'), String(Math.round(tookMs)));
    console.error(`  … in ${(tookMs / 1000).toFixed(1)} s`);
    renameSync(unfinished, folder);
  } finally {
    bench.remove(unfinished);
  }
  return join(folder, 'database');
}

/** Of what other versions of the engine have built, only what was used last may be wanted again. */
function removeOlder(bench, name, corpus) {
  const builtByOthers = readdirSync(bench.cache)
    .filter((file) => file.startsWith(`${name}-`) && file.endsWith(`-${corpus}`))
    .map((file) => ({ path: join(bench.cache, file), usedMs: statSync(join(bench.cache, file)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of builtByOthers.slice(OTHER_VERSIONS)) bench.remove(path);
}
