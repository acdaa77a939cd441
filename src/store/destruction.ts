import type { Environment } from './environment.js';
import { isStoreError, StoreError, storeErrorFrom } from './errors.js';
import { draftName } from './names.js';
import { enterForReading } from './opening.js';
import type { ResolvedOptions } from './options.js';
import type { HeldLock, Storage } from './storage.js';

/**
 * Deletes a store while nobody else has it open.
 * @throws StoreError STORE_NOT_FOUND, STORE_BUSY, STORE_READ_ONLY, IO_FAILED
 */
export async function destroyStore(
  storage: Storage,
  environment: Environment,
  options: ResolvedOptions,
): Promise<void> {
  // Asked read-only, a missing store is an error and is not made for the occasion.
  await enterForReading(storage);
  const lock = await lockAlone(storage, environment, options);
  try {
    await storage.erase().finally(() => lock.release());
    await storage.eraseRemains();
  } catch (error) {
    throw storeErrorFrom(error, `destroy ${storage.location}`);
  }
}

async function lockAlone(storage: Storage, environment: Environment, options: ResolvedOptions): Promise<HeldLock> {
  try {
    const holder = draftName(environment.uniqueId(), 1);
    return await storage.lockStore({ holder, timeoutMs: options.lockTimeoutMs });
  } catch (error) {
    if (!isStoreError(error, 'LOCK_TIMEOUT')) throw storeErrorFrom(error, `destroy ${storage.location}`);
    throw new StoreError('STORE_BUSY', `store ${storage.location}: it is open`, {
      remedy: 'End the processes that have it open (`instances` lists them), then try again.',
      cause: error,
    });
  }
}
