/** What all parts work with: corpora and databases, kept from run to run, and copies of them that may be changed. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusKey, prepareCorpus, readDocuments, readQueries } from './corpus/corpus-files.mjs';
import { prepareDatabase } from './databases.mjs';
import { openEngine, startEngine } from './engine-client.mjs';
import { isAble } from './engines/index.mjs';

/** `versions` has the engines that take part; `SNAPDEX_BENCH_DIR` chooses the disk that is measured. */
export function openPeersBench({ versions, sizes }) {
  const cache = join(process.env.SNAPDEX_BENCH_DIR ?? tmpdir(), 'snapdex-bench-peers');
  mkdirSync(cache, { recursive: true });
  return new PeersBench({ cache, versions, sizes });
}

class PeersBench {
  cache;
  versions;
  sizes;
  #scratch;
  #folders = 0;

  constructor({ cache, versions, sizes }) {
    this.cache = cache;
    this.versions = versions;
    this.sizes = sizes;
    this.#scratch = mkdtempSync(join(cache, 'scratch-'));
  }

  /** Those engines that take part, can do this and can do it with so many chunks. */
  able(what, chunks) {
    return Object.keys(this.versions).filter((name) => isAble(name, what, chunks));
  }

  corpusFolder(chunks) {
    if (!existsSync(join(this.cache, corpusKey(chunks)))) console.error(`  making a corpus of ${chunks} chunks …`);
    return prepareCorpus(this.cache, chunks);
  }

  queries(chunks) {
    return readQueries(this.corpusFolder(chunks));
  }

  documents(chunks) {
    return readDocuments(this.corpusFolder(chunks));
  }

  /** Folder of an engine's database of the corpus; whoever changes it takes a copy. */
  database(name, chunks) {
    const version = this.versions[name];
    return prepareDatabase(this.cache, { name, version, chunks, corpusFolder: this.corpusFolder(chunks) });
  }

  /** A copy that nobody has open. */
  async copyOf(name, chunks) {
    const copy = this.newFolder();
    cpSync(await this.database(name, chunks), copy, { recursive: true });
    return copy;
  }

  /** A new empty folder. */
  newFolder() {
    this.#folders += 1;
    const folder = join(this.#scratch, String(this.#folders));
    mkdirSync(folder);
    return folder;
  }

  remove(folder) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** An engine that runs on its database, or on `folder`. */
  async open(name, chunks, { folder, options } = {}) {
    const place = { folder: folder ?? (await this.database(name, chunks)), corpusFolder: this.corpusFolder(chunks) };
    return openEngine(name, { ...place, options });
  }

  /** As `open`, but nothing is opened yet. */
  async start(name, chunks) {
    const folder = await this.database(name, chunks);
    return startEngine(name, { folder, corpusFolder: this.corpusFolder(chunks) });
  }

  /** Gives `action` each engine by name, running on its database or on its folder in `folders`. */
  whileOpen(names, chunks, action, folders = {}) {
    const wanted = names.map((name) => ({ key: name, name, chunks, folder: folders[name] }));
    return this.#withEngines(wanted, action);
  }

  /** The same on copies, which may be changed; `action` gets their folders too. */
  whileOpenOnCopies(names, chunks, options, action) {
    return this.#withCopies(
      names.map((name) => ({ key: name, name, chunks, options })),
      action,
    );
  }

  /** Gives `action` several of ours by `key`, each on a copy of its own: `{ key, chunks, options }`. */
  whileOpenOurs(copies, action) {
    return this.#withCopies(
      copies.map((copy) => ({ ...copy, name: 'snapdex' })),
      action,
    );
  }

  close() {
    this.remove(this.#scratch);
  }

  async #withCopies(wanted, action) {
    const folders = {};
    try {
      for (const { key, name, chunks } of wanted) folders[key] = await this.copyOf(name, chunks);
      const onCopies = wanted.map((one) => ({ ...one, folder: folders[one.key] }));
      return await this.#withEngines(onCopies, (engines) => action(engines, folders));
    } finally {
      for (const folder of Object.values(folders)) this.remove(folder);
    }
  }

  async #withEngines(wanted, action) {
    const engines = {};
    try {
      for (const { key, name, chunks, ...place } of wanted) engines[key] = await this.open(name, chunks, place);
      return await action(engines);
    } finally {
      for (const engine of Object.values(engines)) await engine.close();
    }
  }
}
