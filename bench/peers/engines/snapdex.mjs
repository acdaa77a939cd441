/** Ours, as a program uses the library: `IndexManager` with an embedder that has all vectors ready. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { IndexManager } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { snapdex } from '../../project.mjs';
import { whileOpen } from '../../while-open.mjs';
import { markdownOf, vectorAt } from '../corpus/corpus-files.mjs';
import { DIMENSION } from '../corpus/vectors.mjs';

/** Code that decides about the bytes of an index: an index that other code has built is built again. */
const BUILDING_CODE = ['analysis', 'segment', 'embedding'];
const DOCUMENTS_PER_PERSIST = 500;
/** A question without a word is answered by vectors alone. */
const NO_WORDS = '?';
/** Enough of a passage's end to tell it from all others. */
const KEY_CHARACTERS = 64;

export function version() {
  const hash = createHash('sha256');
  for (const part of BUILDING_CODE) {
    const folder = new URL(`../../../dist/search/${part}/`, import.meta.url);
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith('.js'))
      .sort()) {
      hash.update(readFileSync(new URL(name, folder)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** Indexes the whole corpus. */
export async function build(folder, { documents, vectors }) {
  const rows = new Map();
  for (const { first, sections } of documents) {
    for (const [index, { text }] of sections.entries()) rows.set(keyOf(text), vectorAt(vectors, first + index));
  }
  const manager = await IndexManager.open(folder, { embedder: new ReadyVectors((text) => rows.get(keyOf(text))) });
  for (let start = 0; start < documents.length; start += DOCUMENTS_PER_PERSIST) {
    for (const document of documents.slice(start, start + DOCUMENTS_PER_PERSIST)) {
      manager.indexDocument(document.path, markdownOf(document));
    }
    await manager.persist();
  }
  // As merging in the background and the retention leave it in the end.
  await manager.flush();
  await manager.close();
  await whileOpen(SnapshotStore.open(folder), (store) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }));
}

/** What a person does: the command, with the product's own embedder. */
export function indexFiles(root, index) {
  return snapdex('index', '--root', root, '--index-path', index);
}

/**
 * @param vectorOf gives the vector of a text that is new
 * @param options `durability` and `coordinationMode` as the store has them
 */
export async function open(folder, { vectorOf, durability, coordinationMode }) {
  const embedder = new ReadyVectors(vectorOf);
  const manager = await IndexManager.open(folder, { embedder, durability, coordinationMode });
  const ask = async (text, vector) => {
    embedder.asked = vector;
    // As a server does before each answer: look for a newer generation.
    await manager.load();
    try {
      return await manager.query(text);
    } finally {
      embedder.asked = NOTHING_ASKED;
    }
  };
  return {
    keyword: ({ text }) => ask(text, undefined),
    vector: ({ vector }) => ask(NO_WORDS, vector),
    hybrid: ({ text, vector }) => ask(text, vector),
    hitOf: ({ path, headingPath, snippet }) => ({ path, heading: headingPath.at(-1), text: snippet }),
    put: (documents) => {
      for (const document of documents) manager.indexDocument(document.path, markdownOf(document));
      return manager.persist();
    },
    countDocuments: async () => {
      await manager.load();
      return manager.documentCount;
    },
    close: () => manager.close(),
  };
}

const NOTHING_ASKED = Symbol('no question is being asked');

/** An embedder for which all work was done before: what is measured is the index, not a model. */
class ReadyVectors {
  id = 'bench-ready-vectors';
  dimension = DIMENSION;
  /** The vector of the question that is asked; `undefined` for a question by words alone. */
  asked = NOTHING_ASKED;
  #vectorOf;

  constructor(vectorOf) {
    this.#vectorOf = vectorOf;
  }

  async embed(texts) {
    if (this.asked !== NOTHING_ASKED) return this.asked === undefined ? [] : [this.asked];
    return texts.map((text) => this.#vectorOf(text));
  }
}

function keyOf(text) {
  return text.trimEnd().slice(-KEY_CHARACTERS);
}
