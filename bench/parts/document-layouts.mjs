/** Ways to keep many documents in a store, for comparison: each writes `{ key: text }` in one commit. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { openCollection } from '../../dist/documents/index.js';
import { SnapshotStore } from '../../dist/store/index.js';

const BUCKETS = 256;

/** By name, how each is opened; a layout with a limit is not tried beyond that many documents. */
export const LAYOUTS = [
  { name: 'collection', open: openSegments },
  { name: 'a file a document', open: (path, options) => openFiles(path, (key) => key, options), mostDocuments: 1_000 },
  { name: `${BUCKETS} buckets by hash`, open: (path, options) => openFiles(path, bucketOf, options) },
  { name: 'one file', open: (path, options) => openFiles(path, () => 'all', options), mostDocuments: 1_000 },
];

async function openSegments(path, options) {
  const collection = await openCollection(path, z.string(), options);
  return {
    store: collection.store,
    write: (documents) =>
      collection.update((draft) => {
        for (const [key, text] of Object.entries(documents)) draft.put(key, text);
      }),
    count: async () => (await collection.read()).count,
    close: () => collection.close(),
  };
}

/** Each document in the file that `nameOf` its key says, with all others there. */
async function openFiles(path, nameOf, options) {
  const store = await SnapshotStore.open(path, options);
  const contentIn = async (snapshot, name) =>
    snapshot.files.has(name) ? JSON.parse(Buffer.from(await snapshot.read(name)).toString()) : {};
  return {
    store,
    write: (documents) =>
      store.update(async (draft, base) => {
        const byFile = grouped(Object.keys(documents), nameOf);
        for (const [name, keys] of byFile) {
          const content = await contentIn(base, name);
          for (const key of keys) content[key] = documents[key];
          draft.write(name, Buffer.from(JSON.stringify(content)));
        }
      }),
    count: async () => {
      const snapshot = await store.snapshot();
      let count = 0;
      for (const name of snapshot.files.keys()) count += Object.keys(await contentIn(snapshot, name)).length;
      return count;
    },
    close: () => store.close(),
  };
}

function grouped(keys, nameOf) {
  const groups = new Map();
  for (const key of keys) {
    const group = groups.get(nameOf(key));
    if (group === undefined) groups.set(nameOf(key), [key]);
    else group.push(key);
  }
  return groups;
}

function bucketOf(key) {
  return `bucket-${createHash('sha256').update(key).digest()[0] % BUCKETS}`;
}
