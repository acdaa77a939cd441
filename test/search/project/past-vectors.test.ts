import { expect, it } from 'vitest';
import { analyseDocument } from '../../../dist/search/analysis/index.js';
import { LocalEmbedder } from '../../../dist/search/embedding/index.js';
import { IndexManager } from '../../../dist/search/library.js';
import { PastVectors } from '../../../dist/search/project/past-vectors.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { temporaryIndex } from '../indexing/temporary-index.js';

const TEXT = '# Apricot\n\nRipens in July.\n';

it('a generation that had a vector stays until no more is asked for, whatever is committed meanwhile', async () => {
  await using place = await temporaryIndex();
  await using manager = await IndexManager.open(place.directory);
  await using store = await SnapshotStore.open(place.directory, { retention: { keepGenerations: 2, minimumAgeMs: 0 } });
  const commit = async (content: string): Promise<void> => {
    manager.indexDocument('a.md', content);
    await manager.persist();
  };
  await commit(TEXT);
  await commit('# Bilberry\n');
  const hashes = analyseDocument({ path: 'a.md', bytes: Buffer.from(TEXT) }).chunks.map(({ hash }) => hash);
  const wanted = { hashes, kind: new LocalEmbedder(), beside: [] };
  await using past = new PastVectors(store);
  const early = await past.find(wanted);
  expect([...early.keys()]).toEqual(hashes);
  for (let later = 0; later < 8; later++) await commit(`# Cherry ${later}\n`);
  await manager.flush();
  await store.collect();
  expect((await past.find(wanted)).size).toBe(hashes.length);
  await past[Symbol.asyncDispose]();
  await store.collect();
  expect((await past.find(wanted)).size).toBe(0);
});
