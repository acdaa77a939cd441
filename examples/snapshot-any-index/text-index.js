#!/usr/bin/env node
/**
 * `node text-index.js <directory> add <name> <text> | find <words> | undo`: full-text search by SQLite, in a file that
 * any number of these commands may change at once.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sqlite from 'node-sqlite3-wasm';
import { openSnapshotFolder } from './snapshot-folder.js';

/** Opens the index kept in `directory`. */
export async function openTextIndex(directory, options) {
  const folder = await openSnapshotFolder(directory, { lockTimeoutMs: 60_000, ...options });
  return {
    /** Adds texts, `[[name, text], …]`, or replaces those of these names. */
    add: (texts) =>
      folder.change(
        (path) =>
          withDatabase(path, (database) => {
            database.run('CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(name, body)');
            for (const [name, body] of texts) {
              database.run('DELETE FROM texts WHERE name = ?', [name]);
              database.run('INSERT INTO texts VALUES (?, ?)', [name, body]);
            }
          }),
        { reason: `added ${texts.length}` },
      ),
    /** The names of texts that hold the words, best first. */
    find: (words, generation) =>
      folder.read(
        (path) =>
          withDatabase(path, (database) => {
            if (database.get("SELECT 1 FROM sqlite_master WHERE name = 'texts'") === null) return [];
            return database
              .all('SELECT name FROM texts WHERE texts MATCH ? ORDER BY rank', [words])
              .map(({ name }) => name);
          }),
        generation,
      ),
    history: () => folder.history(),
    rollback: (generation) => folder.rollback(generation),
    close: () => folder.close(),
  };
}

function withDatabase(folder, use) {
  const database = new sqlite.Database(join(folder, 'texts.sqlite'));
  try {
    return use(database);
  } finally {
    database.close();
  }
}

const COMMANDS = {
  add: async (index, [name, ...words]) => (await index.add([[name, words.join(' ')]])).generation,
  find: async (index, words) => (await index.find(words.join(' '))).join('\n'),
  undo,
};
const FEWEST_WORDS = { add: 2, find: 1, undo: 0 };

async function main([directory, command, ...words]) {
  if (!Object.hasOwn(COMMANDS, command ?? '') || words.length < FEWEST_WORDS[command]) {
    return fail('usage: node text-index.js <directory> add <name> <text> | find <words> | undo');
  }
  try {
    const index = await openTextIndex(directory);
    try {
      console.log(await COMMANDS[command](index, words));
    } finally {
      await index.close();
    }
  } catch (error) {
    // What else it is has a stack that says where.
    if (!(error instanceof sqlite.SQLite3Error) && error.code === undefined) throw error;
    fail([`error: ${error.message}`, error.remedy].filter((line) => line !== undefined).join('\n'));
  }
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

async function undo(index) {
  const [, before] = (await index.history()).generations;
  return before === undefined ? 'nothing to undo' : (await index.rollback(before.generation)).generation;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
