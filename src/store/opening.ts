/** Opening a store: making or finding it, joining the others, and mending what a power cut left. */
import { commit } from './commit.js';
import type { Committer } from './committer.js';
import { isStoreError, StoreError, storeErrorFrom } from './errors.js';
import { raiseCurrent, readHead } from './head.js';
import type { InstanceRegistry } from './instances.js';
import type { ResolvedOptions } from './options.js';
import { mayHaveLostPower, planRecovery, readRecoveryBase, requireDurableContent } from './recovery.js';
import type { Storage, StorageTraits } from './storage.js';

/**
 * Makes the store or finds it; a store that this user may only read is opened for reading.
 * @throws StoreError STORE_NOT_FOUND, STORE_READ_ONLY (missing, and it cannot be made), FILE_SYSTEM_UNSUPPORTED, …
 */
export async function enterStorage(
  storage: Storage,
  options: ResolvedOptions,
): Promise<{ readonly traits: StorageTraits; readonly readOnlyReason: string | undefined }> {
  try {
    return await enter(storage, options);
  } catch (error) {
    throw storeErrorFrom(error, `open ${storage.location}`);
  }
}

async function enter(
  storage: Storage,
  options: ResolvedOptions,
): Promise<{ readonly traits: StorageTraits; readonly readOnlyReason: string | undefined }> {
  if (!options.readOnly) {
    try {
      return { traits: await storage.prepare(), readOnlyReason: undefined };
    } catch (error) {
      const known = storeErrorFrom(error, `open ${storage.location}`);
      if (known.code !== 'STORE_READ_ONLY' || !(await storage.exists())) throw known;
      return { traits: await storage.inspect(), readOnlyReason: known.message };
    }
  }
  if (await storage.exists()) return { traits: await storage.inspect(), readOnlyReason: 'it was opened read-only' };
  throw new StoreError('STORE_NOT_FOUND', `store ${storage.location}: there is none`, {
    remedy: 'Check the path, or open it for writing once to make it.',
  });
}

/**
 * Registers among the instances, brings the head in order and clears up after dead processes.
 * @throws StoreError STORE_BUSY while maintenance has the store for itself, STORE_FORMAT_NEWER
 */
export async function joinStore(storage: Storage, registry: InstanceRegistry, committer: Committer): Promise<void> {
  await register(storage, registry);
  try {
    await mendHead(storage, committer);
    await registry.reap();
  } catch (error) {
    await registry.leave();
    throw storeErrorFrom(error, `open ${storage.location}`);
  }
}

async function register(storage: Storage, registry: InstanceRegistry): Promise<void> {
  try {
    await registry.join();
  } catch (error) {
    if (!isStoreError(error, 'LOCK_TIMEOUT')) throw storeErrorFrom(error, `open ${storage.location}`);
    throw new StoreError('STORE_BUSY', `store ${storage.location}: maintenance has it for itself`, {
      remedy: 'Wait until the maintenance command has ended, then open it again.',
      cause: error,
    });
  }
}

/** After a power cut the head of a deferred store may lack files; the newest complete generation takes its place. */
async function mendHead(storage: Storage, committer: Committer): Promise<void> {
  const { environment, options } = committer;
  try {
    const head = await readHead(storage);
    if (head === undefined) return;
    if (mayHaveLostPower(head, environment.identity().bootId)) await requireDurableContent(storage, head);
    // A pointer that cannot be raised is no reason not to open: the directory says what the head is.
    await raiseCurrent(storage, head.generation).catch((error: unknown) =>
      options.onWarning(`CURRENT: ${String(error)}`),
    );
  } catch (error) {
    if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
    options.onWarning(error.message);
    // A durable store loses no file to a power cut: what is wrong there is for a person to look at.
    if (options.durability === 'deferred') await commit(committer, planRecovery, () => readRecoveryBase(storage));
  }
}
