/** Older generations of an open store: reading them, going back to them, naming them. */
import { readBaseFrom } from './commit.js';
import { isStoreError, StoreError } from './errors.js';
import type { OpenStore, UpdateResult } from './open-store.js';
import { pin, readKept } from './pins.js';
import type { Base } from './plan.js';
import { readRecoveryBase } from './recovery.js';
import { prepareRollback } from './rollback.js';
import { Snapshot } from './snapshot.js';
import { type Tag, writeTag } from './tags.js';
import { makeDurable } from './unsynced.js';

/** See `SnapshotStore.openGeneration`. */
export async function openGeneration(store: OpenStore, generation: number): Promise<Snapshot> {
  const { storage } = store;
  // Who may not write cannot pin either, and reads what is still there.
  if (store.readOnlyReason !== undefined) return new Snapshot(storage, await readKept(storage, generation));
  const { manifest, unpin } = await pin(storage, generation, store.nextName());
  return new Snapshot(storage, manifest, { release: unpin });
}

/** See `SnapshotStore.rollback`. */
export async function rollBack(
  store: OpenStore,
  generation: number,
  options: { readonly hold?: boolean; readonly reason?: string },
): Promise<UpdateResult> {
  const { storage } = store;
  const { manifest, unpin } = await store.reading(() => pin(storage, generation, store.nextName()));
  try {
    const since = new Date(store.environment.now()).toISOString();
    const hold = options.hold === true ? { rolledBackTo: generation, since, by: store.registry.client } : null;
    const reason = options.reason ?? `rolled back to ${generation}`;
    const plan = await store.reading(() => prepareRollback(storage, { target: manifest, hold, reason }));
    return await store.commit(plan, () => readBaseOrRecover(store));
  } finally {
    await unpin();
  }
}

/** See `SnapshotStore.tag`. */
export async function tagGeneration(store: OpenStore, name: string, generation: number | undefined): Promise<Tag> {
  const { storage, environment } = store;
  const wanted = generation ?? (await storage.findHighestGeneration());
  const { manifest, unpin } = await pin(storage, wanted, store.nextName());
  try {
    // A name that outlives a power cut must not name less than it did.
    await makeDurable(storage, manifest);
    const tag = { name, generation: wanted, createdAt: new Date(environment.now()).toISOString() };
    await writeTag(storage, tag);
    return tag;
  } finally {
    await unpin();
  }
}

/** @throws StoreError STORE_HELD after a rollback with `hold` */
export function requireNotHeld(base: Base): void {
  const hold = base.manifest?.hold;
  if (hold == null) return;
  throw new StoreError(
    'STORE_HELD',
    `generation ${base.generation}: held since the rollback to ${hold.rolledBackTo} by ${hold.by} at ${hold.since}`,
    {
      remedy: 'Let updates go on with `snapdex resume` (or `resume` of the store).',
    },
  );
}

/** A rollback is the way out of a damaged head, so it does not need an intact one. */
async function readBaseOrRecover({ storage }: OpenStore): Promise<Base> {
  try {
    return await readBaseFrom(storage);
  } catch (error) {
    if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
    return readRecoveryBase(storage);
  }
}
