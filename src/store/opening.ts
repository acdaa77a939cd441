/** Opening a store: making or finding it, joining the others, and mending what a power cut left. */
import { commit } from './commit.js';
import type { Committer } from './committer.js';
import { finishErasing, storeNotFound } from './destruction.js';
import { isNoSpace, isStoreError, isSystemError, StoreError, storeErrorFrom, systemErrorCode } from './errors.js';
import { raiseToHead, readHead } from './head.js';
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
  /** False where the disk is too full for that: the next commit registers, and probes the claim. */
  readonly isRegistered: boolean;
}

/**
 * Makes the store or finds it, and registers among its instances; a store that this user may only read is entered for
 * reading, and one whose disk is full without being registered.
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
    return { traits, readOnlyReason: undefined, isRegistered: true };
  } catch (error) {
    const known = storeErrorFrom(error, `open ${storage.location}`);
    const isReadOnly = known.code === 'STORE_READ_ONLY';
    if (!(isReadOnly || known.code === 'NO_SPACE') || !(await storage.exists())) throw known;
    const traits = await storage.inspect();
    if (isReadOnly) return { traits, readOnlyReason: refusalOf(known), isRegistered: false };
    return {
      traits: { ...traits, warnings: [...traits.warnings, fullDiskWarning(known)] },
      readOnlyReason: undefined,
      isRegistered: false,
    };
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
  return `it cannot be written${codeOf(error)}`;
}

function fullDiskWarning(error: StoreError): string {
  return `the disk was full when the store was opened${codeOf(error)}: what is there can be read, and until this process commits or collects, others do not see that it has the store open`;
}

function codeOf({ cause }: StoreError): string {
  const code = systemErrorCode(cause);
  return code === undefined ? '' : ` (${code})`;
}

/** Finds the store, and leaves no trace in it. @throws StoreError STORE_NOT_FOUND, INVALID_OPTION (a file, or other files in it), IO_FAILED */
export async function enterForReading(storage: Storage): Promise<Entry> {
  try {
    if ((await storage.exists()) || (await hasRoomOfStore(storage)))
      return { traits: await storage.inspect(), readOnlyReason: 'it was opened read-only', isRegistered: false };
  } catch (error) {
    throw storeErrorFrom(error, `open ${storage.location}`);
  }
  throw storeNotFound(storage);
}

/**
 * Where no store is: true if one was, which has lost its generations.
 * @throws StoreError INVALID_OPTION: whoever is told that there is none yet would be refused when it is to be made
 */
export async function hasRoomOfStore(storage: Storage): Promise<boolean> {
  storage.requireRoom?.();
  return (await storage.enterWithoutGenerations?.()) ?? false;
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
    // On a full disk it stays as it is, and can be read.
    if (isNoSpace(error)) return committer.options.onWarning(`nothing was mended: ${String(error)}`);
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
