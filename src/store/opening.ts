/** Opening a store: making or finding it, joining the others, and mending what a power cut left. */
import { commit } from './commit.js';
import type { Committer } from './committer.js';
import { finishErasing, storeNotFound } from './destruction.js';
import { isStoreError, isSystemError, StoreError, storeErrorFrom, systemErrorCode } from './errors.js';
import { raiseCurrent, readHead } from './head.js';
import type { InstanceRegistry } from './instances.js';
import { draftName } from './names.js';
import type { ResolvedOptions } from './options.js';
import { mayHaveLostPower, planRecovery, readRecoveryBase, requireDurableContent } from './recovery.js';
import type { Storage, StorageTraits } from './storage.js';

/** How a store could be entered. */
export interface Entry {
  readonly traits: StorageTraits;
  /** Why nothing can be written; `undefined` for a store that can. */
  readonly readOnlyReason: string | undefined;
}

/**
 * Makes the store or finds it, and registers among its instances; a store that this user may only read is entered for
 * reading.
 * @throws StoreError STORE_READ_ONLY (missing, and it cannot be made), FILE_SYSTEM_UNSUPPORTED, STORE_BUSY while
 * maintenance has the store for itself, …
 */
export async function enterForWriting(
  storage: Storage,
  registry: InstanceRegistry,
  options: Pick<ResolvedOptions, 'lockTimeoutMs'>,
): Promise<Entry> {
  try {
    return await enterOrRead(storage, registry, options.lockTimeoutMs);
  } catch (error) {
    throw storeErrorFrom(error, `open ${storage.location}`);
  }
}

/** Makes the store or finds it; what a destroying has begun to delete is deleted first. @throws StoreError STORE_BUSY, … */
export async function makeStore(
  storage: Storage,
  lockAs: { readonly holder: string; readonly timeoutMs: number },
): Promise<StorageTraits> {
  await finishErasing(storage, lockAs);
  return storage.prepare();
}

/** Nobody waits in vain so often: somebody who destroys the store does so once. */
const TRIES = 3;

async function enterOrRead(storage: Storage, registry: InstanceRegistry, timeoutMs: number): Promise<Entry> {
  try {
    const traits = await join(storage, registry, timeoutMs);
    // 3. Probe the claim.
    await probe(storage, registry);
    return { traits, readOnlyReason: undefined };
  } catch (error) {
    const known = storeErrorFrom(error, `open ${storage.location}`);
    if (known.code !== 'STORE_READ_ONLY' || !(await storage.exists())) throw known;
    return { traits: await storage.inspect(), readOnlyReason: refusalOf(known) };
  }
}

/** Until it is registered, somebody may destroy the store below it; then it begins again. */
async function join(storage: Storage, registry: InstanceRegistry, timeoutMs: number): Promise<StorageTraits> {
  for (let tries = 1; ; tries++) {
    try {
      // 1. The layout.
      const traits = await makeStore(storage, { holder: draftName(registry.id, 0), timeoutMs });
      // 2. Register: whatever is made from here on has an owner whose death others notice.
      await register(storage, registry);
      return traits;
    } catch (error) {
      if (!isOfMissing(error) || tries === TRIES || (await storage.exists())) throw error;
    }
  }
}

function isOfMissing(error: unknown): boolean {
  return isStoreError(error, 'STORE_NOT_FOUND') || isSystemError(isStoreError(error) ? error.cause : error, 'ENOENT');
}

/** Which file it was that could not be written is the store's own affair. */
function refusalOf(error: StoreError): string {
  const code = systemErrorCode(error.cause);
  return `it cannot be written${code === undefined ? '' : ` (${code})`}`;
}

/** Finds the store, and leaves no trace in it. @throws StoreError STORE_NOT_FOUND, INVALID_OPTION (a file), IO_FAILED */
export async function enterForReading(storage: Storage): Promise<Entry> {
  try {
    if (await storage.exists()) return { traits: await storage.inspect(), readOnlyReason: 'it was opened read-only' };
  } catch (error) {
    throw storeErrorFrom(error, `open ${storage.location}`);
  }
  throw storeNotFound(storage);
}

async function probe(storage: Storage, registry: InstanceRegistry): Promise<void> {
  try {
    // Somebody may have destroyed the store before we were registered; now nobody does.
    if (!(await storage.exists())) await storage.prepare();
    await storage.probe(draftName(registry.id, 0));
  } catch (error) {
    await registry.leave();
    throw error;
  }
}

/**
 * Brings the head in order, if that is wanted, and clears up after dead processes; on an error the registration ends.
 * @throws StoreError STORE_FORMAT_NEWER, GENERATION_DAMAGED, IO_FAILED, …
 */
export async function mendStore(storage: Storage, registry: InstanceRegistry, committer: Committer): Promise<void> {
  try {
    if (committer.options.mendHead) await mendHead(storage, committer);
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

/** Raises the pointer without the writers' lock: whoever is slow about it must not leave it at an older head than now. */
async function raiseToHead(storage: Storage, head: number): Promise<void> {
  for (let generation = head, newest = head; ; generation = newest) {
    await raiseCurrent(storage, generation);
    newest = await storage.findHighestGeneration();
    if (newest <= generation) return;
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
    await raiseToHead(storage, head.generation).catch((error: unknown) =>
      options.onWarning(`CURRENT: ${String(error)}`),
    );
  } catch (error) {
    if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
    options.onWarning(error.message);
    // No power cut retires a head, whose content may be whole: a person decides.
    if ((await storage.readManifest(await storage.findHighestGeneration()))?.isRetired === true) return;
    // A durable store loses no file to a power cut: what is wrong there is for a person to look at.
    if (options.durability === 'deferred') await commit(committer, planRecovery, () => readRecoveryBase(storage));
  }
}
