import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SegmentCatalog } from '../indexing/segment-catalog.js';
import { type IndexReader, isDamage } from './index-reader.js';

/**
 * Heals the index if the files of its newest generation are damaged or missing; those that are open are readable all
 * the same. False if they are intact: what somebody missed was collected meanwhile.
 * @throws StoreError STORE_UNREADABLE, IO_FAILED, … if that cannot be told; as `SnapshotStore.update`
 */
export async function healFiles(store: SnapshotStore, reader: IndexReader): Promise<boolean> {
  if (!(await areFilesDamaged(store))) return false;
  await reader.reopen();
  await healIndex(store, reader);
  return true;
}

/**
 * Puts a readable generation above a damaged one, which stays where it is. The documents are the truth, so whatever the
 * readable generation lacks is indexed again.
 */
export async function healIndex(store: SnapshotStore, reader: IndexReader): Promise<void> {
  // 1. A damaged manifest: the newest complete generation.
  await store.recover();
  const index = await reader.refresh();
  if (!reader.isDamaged) return;
  // 2. A damaged segment: the newest generation whose segments can be loaded, or else an empty index.
  if (index.generation > 0 && (await restored(store, index.generation))) {
    await reader.refresh();
    return;
  }
  await store.update((draft, base) => {
    for (const name of base.files.keys()) draft.remove(name);
    draft.describe({});
    draft.explain('no generation could be read; the index is built anew');
  });
  await reader.refresh();
}

async function areFilesDamaged(store: SnapshotStore): Promise<boolean> {
  // Its own: what the reader has open stays open and goes on answering.
  const catalog = new SegmentCatalog();
  catalog.startVerifying();
  try {
    const snapshot = await store.snapshot();
    await catalog.load(snapshot);
    return snapshot.damage.length > 0;
  } catch (error) {
    if (isStoreError(error, 'GENERATION_EXPIRED')) return false;
    if (!isDamage(error)) throw error;
    return true;
  } finally {
    catalog.close();
  }
}

async function restored(store: SnapshotStore, generation: number): Promise<boolean> {
  try {
    await store.rollback(generation, { reason: `the newest generation is damaged, restored ${generation}` });
    return true;
  } catch (error) {
    if (isStoreError(error, 'GENERATION_EXPIRED', 'GENERATION_NOT_FOUND', 'GENERATION_DAMAGED')) return false;
    throw error;
  }
}
