import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SnapshotStore } from '../../dist/store/index.js';
import { bareCommit, bytesOfGeneration, prepareBareStore, writeRaw } from '../floors.mjs';
import { interleave, pairedRow } from '../measuring.mjs';
import { floorNote } from './document-persist.mjs';

export const FILE_BYTES = 20 * 1024;
export const MODES = ['file_lock', 'none'];
export const DURABILITIES = ['durable', 'deferred'];

/** `SnapshotStore.update` with one file of 20 KB, by one writer, and the calls of one that change files. */
export async function measureBareStore(bench) {
  const rows = [];
  for (const durability of DURABILITIES) {
    for (const coordinationMode of MODES) {
      const pair = await measureUpdates(bench, { durability, coordinationMode });
      rows.push(pairedRow(`store update, 20 KB, ${durability}, ${coordinationMode}`, pair, floorNote(durability)));
    }
    const calls = await measureCalls(bench, durability);
    rows.push(pairedRow(`the changing calls of one alone, ${durability}, file_lock`, calls, floorNote(durability)));
  }
  return rows;
}

async function measureUpdates(bench, { durability, coordinationMode }) {
  const storePath = bench.newFolder();
  const rawPath = bench.newFolder();
  const store = await SnapshotStore.open(storePath, { durability, coordinationMode });
  try {
    let generation = 0;
    const update = async (bytes) => {
      ({ generation } = await store.update((draft) => draft.write('data', bytes)));
    };
    for (let warmUp = 0; warmUp < 20; warmUp += 1) await update(randomBytes(FILE_BYTES));
    return await interleave(bench.sizes.updates, (turn) => {
      const bytes = randomBytes(FILE_BYTES);
      return {
        work: () => update(bytes),
        prepareFloor: () => bytesOfGeneration(storePath, generation),
        floor: (written) => writeRaw(join(rawPath, String(turn)), written, durability),
      };
    });
  } finally {
    await store.close();
    bench.remove(storePath);
    bench.remove(rawPath);
  }
}

async function measureCalls(bench, durability) {
  const storePath = bench.newFolder();
  const rawPath = bench.newFolder();
  prepareBareStore(storePath);
  try {
    return await interleave(bench.sizes.updates, (turn) => {
      const bytes = randomBytes(FILE_BYTES);
      return {
        work: () => bareCommit(storePath, turn + 1, bytes, durability),
        floor: () => writeRaw(join(rawPath, String(turn)), bytes, durability),
      };
    });
  } finally {
    bench.remove(storePath);
    bench.remove(rawPath);
  }
}
