/** A synthetic corpus as files, made once and read by every process that needs a part of it. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GENERATOR_VERSION, makeCorpus } from './synthetic-corpus.mjs';
import { DIMENSION, nearest } from './vectors.mjs';

const QUERIES = 200;
const NEAREST = 10;

/** What distinguishes this corpus from all others, as part of a file name. */
export function corpusKey(chunks) {
  return `corpus${GENERATOR_VERSION}-${chunks}`;
}

/** Makes the corpus below `cache` unless it is there; answers its folder. */
export function prepareCorpus(cache, chunks) {
  const folder = join(cache, corpusKey(chunks));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const corpus = makeCorpus({ chunks, queries: QUERIES });
  const table = writeDocuments(join(unfinished, 'documents.jsonl'), corpus.documents, chunks);
  const queries = corpus.queries();
  writeFileSync(join(unfinished, 'vectors.f32'), table);
  writeFileSync(join(unfinished, 'query-vectors.f32'), joined(queries.map(({ vector }) => vector)));
  const asked = queries.map(({ text, vector }) => ({ text, nearest: nearest(table, vector, NEAREST) }));
  writeFileSync(join(unfinished, 'queries.json'), JSON.stringify(asked));
  renameSync(unfinished, folder);
  return folder;
}

/** `{ text, vector, nearest }`, where `nearest` has the numbers of the chunks that a float32 scan finds. */
export function readQueries(folder) {
  const vectors = readFloats(join(folder, 'query-vectors.f32'));
  return JSON.parse(readFileSync(join(folder, 'queries.json'), 'utf8')).map((query, number) => ({
    ...query,
    vector: vectors.subarray(number * DIMENSION, (number + 1) * DIMENSION),
  }));
}

/** The documents: `{ path, title, first, sections: [{ heading, text }] }`, where `first` numbers the first chunk. */
export function readDocuments(folder) {
  const lines = readFileSync(join(folder, 'documents.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** The vectors of all chunks in one table. */
export function readVectors(folder) {
  return readFloats(join(folder, 'vectors.f32'));
}

/** One row of a table of vectors. */
export function vectorAt(table, number) {
  return table.subarray(number * DIMENSION, (number + 1) * DIMENSION);
}

/** The document as an author would have written it. */
export function markdownOf({ title, sections }) {
  return `${sections.map(({ heading, text }, index) => `${index === 0 ? `# ${title}` : `## ${heading}`}\n\n${text}`).join('\n\n')}\n`;
}

/** The document after the edit of that number: its last sentence is another one. */
export function edited(document, edit) {
  const last = document.sections.at(-1);
  const kept = last.text.slice(0, last.text.lastIndexOf('. ') + 1);
  const text = `${kept} Edit number ${edit} says ${editWord(edit)} and little else.`;
  return { ...document, sections: [...document.sections.slice(0, -1), { ...last, text }] };
}

/** A word that only this edit has. */
export function editWord(edit) {
  return `zymurgy${edit}`;
}

function writeDocuments(path, documents, chunks) {
  const table = new Float32Array(chunks * DIMENSION);
  const file = openSync(path, 'wx');
  for (const { path: documentPath, title, first, sections } of documents) {
    for (const [index, { vector }] of sections.entries()) table.set(vector, (first + index) * DIMENSION);
    const kept = sections.map(({ heading, text }) => ({ heading, text }));
    writeSync(file, `${JSON.stringify({ path: documentPath, title, first, sections: kept })}\n`);
  }
  closeSync(file);
  return table;
}

function readFloats(path) {
  const bytes = readFileSync(path);
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  return new Float32Array(buffer, byteOffset, length / 4);
}

function joined(vectors) {
  const table = new Float32Array(vectors.length * DIMENSION);
  for (const [number, vector] of vectors.entries()) table.set(vector, number * DIMENSION);
  return table;
}
