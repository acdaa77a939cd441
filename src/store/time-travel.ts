/** Older generations of an open store: reading them, going back to them, naming them. */
import type { RollbackOptions } from './call-arguments.js';
import { readBaseFrom } from './commit.js';
import {
  isNoSpace,
  isStoreError,
  isSystemError,
  noGenerationYet,
  READ_ONLY_CODES,
  StoreError,
  systemErrorCode,
} from './errors.js';
import type { OpenStore, UpdateResult } from './open-store.js';
import { type Pinned, pin, readKept } from './pins.js';
import type { Base } from './plan.js';
import { readRecoveryBase } from './recovery.js';
import { prepareRollback } from './rollback.js';
import { Snapshot } from './snapshot.js';
import { type Tag, takeTagBack, writeTag } from './tags.js';
import { makeDurable } from './unsynced.js';

/** See `SnapshotStore.openGeneration`. */
export async function openGeneration(store: OpenStore, generation: number): Promise<Snapshot> {
  const { storage } = store;
  // Who may not write cannot pin either, and reads what is still there.
  if (store.readOnlyReason !== undefined) return new Snapshot(storage, await readKept(storage, generation));
  try {
    const { manifest, unpin } = await pinRegistered(store, generation);
    return new Snapshot(storage, manifest, { release: unpin });
  } catch (error) {
    const isReadOnly = isSystemError(error, ...READ_ONLY_CODES);
    if (!isReadOnly && !isNoSpace(error)) throw error;
    store.warnOfNoPins(isReadOnly ? `the store cannot be written (${systemErrorCode(error)})` : 'the disk is full');
    return new Snapshot(storage, await readKept(storage, generation));
  }
}

/** See `SnapshotStore.rollback`. */
export async function rollBack(store: OpenStore, generation: number, options: RollbackOptions): Promise<UpdateResult> {
  return whilePinned(() => rollBackOnce(store, generation, options));
}

async function rollBackOnce(store: OpenStore, generation: number, options: RollbackOptions): Promise<UpdateResult> {
  const { storage } = store;
  const { manifest, unpin, requirePinned } = await store.reading(() => pinRegistered(store, generation));
  try {
    const since = new Date(store.environment.now()).toISOString();
    const hold = options.hold === true ? { rolledBackTo: generation, since, by: store.registry.client } : null;
    const reason = options.reason ?? `rolled back to ${generation}`;
    const restored = { target: manifest, hold, reason, guard: requirePinned };
    const plan = await store.reading(() => prepareRollback(storage, restored));
    return await store.commit(plan, () => readBaseOrRecover(store));
  } finally {
    await unpin();
  }
}

/** See `SnapshotStore.tag`. */
export async function tagGeneration(store: OpenStore, name: string, generation: number | undefined): Promise<Tag> {
  return whilePinned(() => tagOnce(store, name, generation));
}

async function tagOnce(store: OpenStore, name: string, generation: number | undefined): Promise<Tag> {
  const { storage, environment } = store;
  const wanted = generation ?? (await storage.findHighestGeneration());
  if (wanted === 0) throw noGenerationYet(`tag ${name}`);
  const { manifest, unpin, requirePinned } = await pinRegistered(store, wanted);
  try {
    // A name that outlives a power cut must not name less than it did.
    await makeDurable(storage, manifest);
    const tag = { name, generation: wanted, createdAt: new Date(environment.now()).toISOString() };
    const record = { ...tag, nonce: manifest.nonce };
    await writeTag(storage, record);
    // A pin that outlived the writing of the tag has protected the generation until collectors saw the tag.
    await requirePinned().catch(async (error: unknown) => {
      await takeTagBack(storage, record);
      throw error;
    });
    return tag;
  } finally {
    await unpin();
  }
}

/** Thrown where others took this instance for dead and its pin is gone: what stood on it is to be done anew. */
class PinLost extends Error {}

/** A pin whose owner is registered. */
interface RegisteredPin extends Pinned {
  /** Once a draft of this instance stands, it keeps its pins for as long as the draft is there. @throws PinLost */
  requirePinned(): Promise<void>;
}

async function pinRegistered(store: OpenStore, generation: number): Promise<RegisteredPin> {
  const { storage, registry } = store;
  store.requireOpen();
  // A pin of nobody is removed after a while, whoever reads what it holds.
  await registry.rejoinIfForgotten();
  const owner = registry.id;
  const { manifest, unpin: release } = await pin(storage, generation, store.nextName());
  const unpin = store.untilClosed(release);
  const requirePinned = async (): Promise<void> => {
    const isSame = owner === registry.id && (await store.reading(() => registry.isRegistered(owner)));
    if (!isSame) throw new PinLost(`the pin on generation ${generation} was cleared away`);
  };
  try {
    store.requireOpen();
  } catch (error) {
    await unpin();
    throw error;
  }
  return { manifest, unpin, requirePinned };
}

/** Does `action` until nobody has cleared its pin away meanwhile. */
async function whilePinned<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof PinLost)) throw error;
    }
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
      remedy: 'Let updates go on with `resume()`, which ends the hold.',
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
