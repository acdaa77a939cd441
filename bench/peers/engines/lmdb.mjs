/** lmdb as a store of records: it has no search, so it stands beside the others where one document is kept. */
import { open as openStore } from 'lmdb';
import { vectorAt } from '../corpus/corpus-files.mjs';
import { packageVersion } from './package-version.mjs';

export function version() {
  return packageVersion('lmdb');
}

export async function build(folder, { documents, vectors }) {
  const store = openStore({ path: folder });
  await store.transaction(() => {
    for (const document of documents) {
      putDocument(store, document, (_, index) => vectorAt(vectors, document.first + index));
    }
  });
  await store.flushed;
  await store.close();
}

export async function open(folder, { durability, vectorOf }) {
  const store = openStore({ path: folder });
  return {
    put: async (documents) => {
      await store.transaction(() => {
        for (const document of documents) putDocument(store, document, vectorOf);
      });
      if (durability === 'durable') await store.flushed;
    },
    countDocuments: () => new Set(store.getKeys().map(([path]) => path).asArray).size,
    close: () => store.close(),
  };
}

function putDocument(store, { path, title: documentTitle, sections }, vectorOf) {
  for (const key of store.getKeys({ start: [path], end: [path, '\uffff'] }).asArray) store.remove(key);
  for (const [number, { heading, text }] of sections.entries()) {
    const vector = vectorOf(text, number);
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    store.put([path, number], { title: documentTitle, heading, text, vector: bytes });
  }
}
