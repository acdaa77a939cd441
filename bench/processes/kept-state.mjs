/** Ways to keep a list of texts that several processes add to: how each is opened, and adds and reads. */
import { mkdirSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { openCollection, openDocument } from '../../dist/documents/index.js';

/** How long a way may wait for its turn: all are given the same patience. Milliseconds. */
const PATIENCE_MS = 60_000;
const STORE_OPTIONS = { lockTimeoutMs: PATIENCE_MS };

/**
 * By name. All but lowdb resolve an addition when its bytes were synced, as far as they go: ours, sqlite and lmdb all of
 * them; JSON and conf (by way of atomically) the file, but not the folder in which it is renamed. lowdb (by way of
 * steno) writes and renames, and syncs nothing.
 */
export const WAYS = {
  openDocument: openAsDocument,
  openCollection: openAsCollection,
  'JSON and rename': openAsJson,
  'JSON, rename and proper-lockfile': async (folder) => locked(folder, await openAsJson(folder)),
  conf: openAsConf,
  lowdb: openAsLowdb,
  'better-sqlite3': openAsSqlite,
  lmdb: openAsLmdb,
};

async function openAsDocument(folder) {
  const document = await openDocument(join(folder, 'state'), z.array(z.string()), { ...STORE_OPTIONS, initial: [] });
  return {
    add: (text) => document.update((texts) => [...texts, text]),
    read: () => document.read(),
    close: () => document.close(),
  };
}

async function openAsCollection(folder) {
  const collection = await openCollection(join(folder, 'state'), z.boolean(), STORE_OPTIONS);
  return {
    add: (text) => collection.put(text, true),
    read: async () => (await collection.read()).keys(),
    close: () => collection.close(),
  };
}

/** What most servers do: read, change, write a new file beside it, and rename. */
async function openAsJson(folder) {
  const path = join(folder, 'state.json');
  const read = async () => JSON.parse(await readFile(path, 'utf8').catch(() => '[]'));
  let count = 0;
  return {
    add: async (text) => {
      const texts = [...(await read()), text];
      count += 1;
      const unfinished = `${path}.${process.pid}.${count}`;
      const file = await open(unfinished, 'w');
      await file.writeFile(JSON.stringify(texts));
      await file.sync();
      await file.close();
      await rename(unfinished, path);
    },
    read,
    close: () => {},
  };
}

function locked(folder, json) {
  const retries = { forever: true, maxRetryTime: PATIENCE_MS, minTimeout: 5, maxTimeout: 100, randomize: true };
  return {
    ...json,
    add: async (text) => {
      const unlock = await lockfile.lock(folder, { retries });
      try {
        await json.add(text);
      } finally {
        await unlock();
      }
    },
  };
}

async function openAsConf(folder) {
  const { default: Conf } = await import('conf');
  const conf = new Conf({ cwd: folder, configName: 'state', defaults: { texts: [] } });
  return {
    add: async (text) => conf.set('texts', [...conf.get('texts'), text]),
    read: async () => conf.get('texts'),
    close: () => {},
  };
}

/** Read before each change and each answer: without that it knows of no other process at all. */
async function openAsLowdb(folder) {
  const { JSONFilePreset } = await import('lowdb/node');
  const database = await JSONFilePreset(join(folder, 'state.json'), []);
  return {
    add: async (text) => {
      await database.read();
      await database.update((texts) => texts.push(text));
    },
    read: async () => {
      await database.read();
      return database.data;
    },
    close: () => {},
  };
}

async function openAsSqlite(folder) {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(join(folder, 'state.sqlite'), { timeout: PATIENCE_MS });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS texts (text TEXT PRIMARY KEY)');
  const insert = database.prepare('INSERT INTO texts VALUES (?)');
  return {
    add: async (text) => insert.run(text),
    read: async () => database.prepare('SELECT text FROM texts').all(),
    close: () => database.close(),
  };
}

async function openAsLmdb(folder) {
  const { open: openLmdb } = await import('lmdb');
  const path = join(folder, 'state');
  mkdirSync(path, { recursive: true });
  const database = openLmdb({ path });
  return {
    add: async (text) => {
      await database.put(text, true);
      await database.flushed;
    },
    read: async () => [...database.getKeys()],
    close: () => database.close(),
  };
}
