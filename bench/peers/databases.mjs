/** Databases of whole corpora: built once for each version of an engine, and kept from run to run. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { timed } from '../measuring.mjs';
import { cleanEnvironment } from '../project.mjs';
import { corpusKey } from './corpus/corpus-files.mjs';

const run = promisify(execFile);
const DATABASE = 'database';
/** Of what other versions of an engine have built of one corpus, so many stay: whoever compares two goes to and fro. */
const OTHER_VERSIONS = 3;
/** The whole corpus is in memory while an index is built. */
const BUILD = ['--max-old-space-size=12000', fileURLToPath(new URL('build-process.mjs', import.meta.url))];

/** The folder of the engine's database of the corpus in `corpusFolder`, which is built below `cache` if it is missing. */
export async function prepareDatabase(cache, { name, version, chunks, corpusFolder }) {
  const prepared = await prepareOnce(cache, { kind: name, version, chunks }, async (folder) => {
    console.error(`  building ${name} with ${chunks} chunks …`);
    // A folder of its own: some engines mind what is not theirs.
    const database = join(folder, DATABASE);
    mkdirSync(database);
    const words = [...BUILD, name, database, corpusFolder];
    const tookMs = await timed(() => run(process.execPath, words, { env: cleanEnvironment(), maxBuffer: 1e8 }));
    writeFileSync(join(folder, 'build-ms'), String(Math.round(tookMs)));
    console.error(`  … in ${(tookMs / 1000).toFixed(1)} s`);
  });
  return join(prepared, DATABASE);
}

/** A folder that `make` has filled, now or in an earlier run; what is unfinished is never seen. */
export async function prepareOnce(cache, { kind, version, chunks }, make) {
  const ending = `-${corpusKey(chunks)}`;
  const folder = join(cache, `${kind}-${version}${ending}`);
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  removeOlder(cache, (file) => file.startsWith(`${kind}-`) && file.endsWith(ending));
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished);
  try {
    await make(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function removeOlder(cache, isOfThisKind) {
  const others = readdirSync(cache)
    .filter(isOfThisKind)
    .map((file) => ({ path: join(cache, file), usedMs: statSync(join(cache, file)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of others.slice(OTHER_VERSIONS)) rmSync(path, { recursive: true, force: true });
}
