/** better-sqlite3 with FTS5 and sqlite-vec, as their documentation shows it: external content, WAL. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { vectorAt } from '../corpus/corpus-files.mjs';
import { DIMENSION } from '../corpus/vectors.mjs';
import { packageVersion } from './package-version.mjs';
import { fuse } from './reciprocal-ranks.mjs';

const RESULTS = 10;
/** Of each ranking, before both are made one. */
const CANDIDATES = 100;
/** The whole file, as somebody sets it who wants SQLite to be fast: vectors are then scanned in a third less time. */
const MAPPED_BYTES = 2 ** 30;
const SYNCHRONOUS = { durable: 'FULL', deferred: 'NORMAL' };

// Vectors have unit length, so the order by distance is that by cosine, and the distance is the faster one there.
const SCHEMA = `
  CREATE TABLE chunks(id INTEGER PRIMARY KEY, path TEXT NOT NULL, title TEXT, heading TEXT, text TEXT);
  CREATE INDEX chunks_path ON chunks(path);
  CREATE VIRTUAL TABLE words USING fts5(
    title, heading, text, content='chunks', content_rowid='id', tokenize='porter unicode61');
  CREATE VIRTUAL TABLE vectors USING vec0(vector float[${DIMENSION}]);
`;

export function version() {
  return `${packageVersion('better-sqlite3')}-${packageVersion('sqlite-vec')}`;
}

export async function build(folder, { documents, vectors }) {
  const database = connect(folder, 'deferred');
  database.exec(SCHEMA);
  const statements = prepare(database);
  database.transaction(() => {
    for (const { path, title: documentTitle, first, sections } of documents) {
      for (const [index, section] of sections.entries()) {
        insert(statements, { path, title: documentTitle, ...section, vector: vectorAt(vectors, first + index) });
      }
    }
  })();
  database.exec(`INSERT INTO words(words) VALUES('optimize'); PRAGMA wal_checkpoint(TRUNCATE); ANALYZE`);
  database.close();
}

/** @param options `durability`: `durable` is synchronous FULL, `deferred` NORMAL; `isMapped`, by default true */
export async function open(folder, { vectorOf, durability, isMapped = true }) {
  const database = connect(folder, durability);
  if (isMapped) database.pragma(`mmap_size = ${MAPPED_BYTES}`);
  const statements = prepare(database);
  const byWords = ({ text }, limit) => statements.findWords.all(anyOf(text), limit);
  const byVector = ({ vector }, limit) => statements.findVectors.all(vector, limit);
  const read = (ids) => ids.map((id) => statements.read.get(id));
  const put = database.transaction((documents) => {
    for (const document of documents) replace(statements, document, vectorOf);
  });
  return {
    keyword: (query) => read(byWords(query, RESULTS)),
    vector: (query) => read(byVector(query, RESULTS)),
    hybrid: (query) => read(fuse([byWords(query, CANDIDATES), byVector(query, CANDIDATES)], RESULTS)),
    hitOf: (row) => row,
    put: (documents) => put.immediate(documents),
    countDocuments: () => statements.count.get(),
    close: () => database.close(),
  };
}

function connect(folder, durability = 'deferred') {
  const database = new Database(join(folder, 'index.db'), { timeout: 60_000 });
  sqliteVec.load(database);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${SYNCHRONOUS[durability]}`);
  return database;
}

function prepare(database) {
  return {
    insert: database.prepare('INSERT INTO chunks(path, title, heading, text) VALUES(?, ?, ?, ?)'),
    insertWords: database.prepare('INSERT INTO words(rowid, title, heading, text) VALUES(?, ?, ?, ?)'),
    insertVector: database.prepare('INSERT INTO vectors(rowid, vector) VALUES(?, ?)'),
    ofPath: database.prepare('SELECT id, title, heading, text FROM chunks WHERE path = ?'),
    remove: database.prepare('DELETE FROM chunks WHERE id = ?'),
    removeWords: database.prepare(`INSERT INTO words(words, rowid, title, heading, text) VALUES('delete', ?, ?, ?, ?)`),
    removeVector: database.prepare('DELETE FROM vectors WHERE rowid = ?'),
    read: database.prepare('SELECT path, title, heading, text FROM chunks WHERE id = ?'),
    count: database.prepare('SELECT count(DISTINCT path) FROM chunks').pluck(),
    findWords: database.prepare('SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?').pluck(),
    findVectors: database.prepare('SELECT rowid FROM vectors WHERE vector MATCH ? AND k = ? ORDER BY distance').pluck(),
  };
}

function replace(statements, { path, title: documentTitle, sections }, vectorOf) {
  for (const { id, title: oldTitle, heading, text } of statements.ofPath.all(path)) {
    statements.removeWords.run(id, oldTitle, heading, text);
    statements.removeVector.run(BigInt(id));
    statements.remove.run(id);
  }
  for (const section of sections) {
    insert(statements, { path, title: documentTitle, ...section, vector: vectorOf(section.text) });
  }
}

function insert(statements, { path, title: documentTitle, heading, text, vector }) {
  const { lastInsertRowid } = statements.insert.run(path, documentTitle, heading, text);
  statements.insertWords.run(lastInsertRowid, documentTitle, heading, text);
  statements.insertVector.run(BigInt(lastInsertRowid), vector);
}

/** Any of the words, as every engine here is asked. */
function anyOf(text) {
  return text
    .split(' ')
    .map((word) => `"${word}"`)
    .join(' OR ');
}
