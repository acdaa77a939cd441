import { isStoreError, type Snapshot, type SnapshotStore } from '../store/index.js';

/**
 * What `read` makes of the newest generation. Where files of it are damaged, of the newest one below that can be read,
 * as the store does for manifests; `onDamage` is told. Changes are refused then, so nothing is built on the older one.
 */
export async function readNewest<T>(
  store: SnapshotStore,
  read: (snapshot: Snapshot) => Promise<T>,
  onDamage: (problem: string) => void,
): Promise<T> {
  for (;;) {
    const snapshot = await store.snapshot();
    for (const { message } of snapshot.damage) onDamage(message);
    try {
      return await read(snapshot);
    } catch (error) {
      if (isStoreError(error, 'GENERATION_DAMAGED')) {
        onDamage(error.message);
        return readBelow(store, { generation: snapshot.generation, damage: error }, read);
      }
      // Collected between the look and the reading: there is a newer head.
      if (!isStoreError(error, 'GENERATION_EXPIRED')) throw error;
    }
  }
}

async function readBelow<T>(
  store: SnapshotStore,
  damaged: { readonly generation: number; readonly damage: unknown },
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { generations } = await store.history();
  for (const { generation } of generations.filter((entry) => entry.generation < damaged.generation)) {
    try {
      return await readGeneration(store, generation, read);
    } catch (error) {
      const isToBePassed = isStoreError(error, 'GENERATION_DAMAGED', 'GENERATION_EXPIRED', 'GENERATION_NOT_FOUND');
      if (!isToBePassed) throw error;
    }
  }
  throw damaged.damage;
}

/** What `read` makes of one generation, which is kept meanwhile. @throws StoreError as `openGeneration` */
export async function readGeneration<T>(
  store: SnapshotStore,
  generation: number,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const snapshot = await store.openGeneration(generation);
  try {
    return await read(snapshot);
  } finally {
    await snapshot.close();
  }
}
