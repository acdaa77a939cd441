import { join } from 'node:path';
import { IndexManager } from '../../dist/search/library.js';
import { edited } from '../corpus.mjs';
import { bytesOfGeneration, writeRaw } from '../floors.mjs';
import { interleave, pairedRow } from '../measuring.mjs';
import { whileOpen } from '../while-open.mjs';

/** As many documents are edited in every index, and the same ones, so that only the size of the index differs. */
const EDITED_DOCUMENTS = 10;

/**
 * One edited document: parse, embed, segment, commit. Each round begins with a fresh copy of the index, because
 * an `IndexManager` merges no segments and a project's index never has many.
 */
export async function measureDocumentPersist(bench) {
  const rows = [];
  for (const size of bench.sizes.persistIndexSizes) {
    const count = Math.min(size, bench.corpus.documents.length);
    const original = count === bench.corpus.documents.length ? await wholeIndex(bench) : await smallIndex(bench, count);
    for (const durability of ['durable', 'deferred']) {
      const pair = { work: [], floor: [] };
      for (let round = 0; round < bench.sizes.persistRounds; round += 1) {
        const { work, floor } = await measureRound(bench, { original, durability, round });
        pair.work.push(...work);
        pair.floor.push(...floor);
      }
      rows.push(pairedRow(`one-document persist, ${durability}, ${count} documents`, pair, floorNote(durability)));
    }
  }
  return rows;
}

/** What a floor of a commit is. */
export function floorNote(durability) {
  return durability === 'durable' ? 'floor: write + fsync' : 'floor: write';
}

async function measureRound(bench, { original, durability, round }) {
  const indexPath = bench.copyOf(original);
  const rawPath = bench.newFolder();
  const manager = await IndexManager.open(indexPath, { durability });
  try {
    let generation = 0;
    const persist = async (edit) => {
      const document = bench.corpus.documents[edit % EDITED_DOCUMENTS];
      manager.indexDocument(document.path, edited(document, edit));
      ({ generation } = await manager.persist());
    };
    const first = round * (bench.sizes.persistsPerRound + 1);
    await persist(first);
    return await interleave(bench.sizes.persistsPerRound, (turn) => ({
      work: () => persist(first + turn + 1),
      prepareFloor: () => bytesOfGeneration(indexPath, generation),
      floor: (bytes) => writeRaw(join(rawPath, String(turn)), bytes, durability),
    }));
  } finally {
    await manager.close();
    bench.remove(indexPath);
    bench.remove(rawPath);
  }
}

async function wholeIndex(bench) {
  const { indexPath } = await bench.preparedProject();
  return indexPath;
}

async function smallIndex(bench, count) {
  const indexPath = bench.newFolder();
  await whileOpen(IndexManager.open(indexPath), async (manager) => {
    for (const { path, bytes } of bench.corpus.documents.slice(0, count)) manager.indexDocument(path, bytes);
    await manager.persist();
  });
  return indexPath;
}
