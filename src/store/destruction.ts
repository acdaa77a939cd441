import type { Environment } from './environment.js';
import { COPIED_STORE_REMEDY, isStoreError, StoreError, storeErrorFrom } from './errors.js';
import { draftName } from './names.js';
import type { ResolvedOptions } from './options.js';
import type { HeldLock, Storage } from './storage.js';
import { whoHoldsIt } from './who-holds.js';

/**
 * Deletes a store while nobody else has it open. Killed at any point, it is finished by the next destroying, opening or
 * repairing.
 * @throws StoreError STORE_NOT_FOUND, STORE_BUSY, STORE_READ_ONLY, IO_FAILED
 */
export async function destroyStore(
  storage: Storage,
  environment: Environment,
  options: ResolvedOptions,
): Promise<void> {
  try {
    if (!(await storage.exists()) && (await storage.findRemains()) === undefined) throw storeNotFound(storage);
    const lock = await lockAlone(storage, environment, options);
    await storage.erase().finally(() => lock.release());
    await storage.eraseRemains();
  } catch (error) {
    throw await explainRemains(storage, storeErrorFrom(error, `destroy ${storage.location}`));
  }
}

/** The error for a store that is missing. */
export function storeNotFound(storage: Storage): StoreError {
  return new StoreError('STORE_NOT_FOUND', `store ${storage.location}: there is none`, {
    remedy: 'Check the path; it is made when it is first opened for writing.',
  });
}

/**
 * Deletes what an interrupted destroying has left; answers its name, or `undefined` if there was nothing.
 * @throws StoreError STORE_BUSY
 */
export async function finishErasing(
  storage: Storage,
  lockAs: { readonly holder: string; readonly timeoutMs: number },
): Promise<string | undefined> {
  const remains = await storage.findRemains();
  if (remains === undefined) return undefined;
  const lock = await lockRemains(storage, lockAs);
  if (lock === undefined) return remains;
  try {
    if ((await storage.findRemains()) !== undefined) await storage.erase();
  } finally {
    await lock.release();
  }
  return remains;
}

/** `undefined` if somebody else has finished meanwhile. */
async function lockRemains(
  storage: Storage,
  lockAs: { readonly holder: string; readonly timeoutMs: number },
): Promise<HeldLock | undefined> {
  try {
    return await storage.lockStore(lockAs);
  } catch (error) {
    if (isStoreError(error, 'STORE_NOT_FOUND') && (await storage.findRemains()) === undefined) return undefined;
    if (!isStoreError(error, 'LOCK_TIMEOUT')) throw error;
    throw new StoreError('STORE_BUSY', `store ${storage.location}: it is being destroyed`, {
      remedy: 'Wait until that has ended, then try again.',
      cause: error,
    });
  }
}

async function lockAlone(storage: Storage, environment: Environment, options: ResolvedOptions): Promise<HeldLock> {
  try {
    const holder = draftName(environment.uniqueId(), 1);
    return await storage.lockStore({ holder, timeoutMs: options.lockTimeoutMs });
  } catch (error) {
    // Another destroys it, and was quicker.
    if (isStoreError(error, 'STORE_NOT_FOUND')) throw storeNotFound(storage);
    if (!isStoreError(error, 'LOCK_TIMEOUT')) throw error;
    throw new StoreError(
      'STORE_BUSY',
      `store ${storage.location}: it is open: ${await whoHoldsIt(storage, environment)}`,
      {
        remedy: `End these processes, then try again. ${COPIED_STORE_REMEDY}`,
        cause: error,
      },
    );
  }
}

/** Of a store that is deleted in part, nothing can be read any more. */
async function explainRemains(storage: Storage, error: StoreError): Promise<StoreError> {
  const remains = await storage.findRemains().catch(() => undefined);
  if (remains === undefined || error.code === 'STORE_BUSY') return error;
  return new StoreError(error.code, `${error.message}; it is deleted in part, the rest of it is in ${remains}`, {
    remedy:
      'Remove the cause, then destroy it again, which deletes the rest; opening it does so too and makes a new one.',
    cause: error.cause,
  });
}
