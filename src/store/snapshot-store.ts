import path from 'node:path';
import { type Check, guardedListener } from '../arguments/index.js';
import { requireArgument, requirePath } from './argument-checks.js';
import {
  type Introduction,
  type RollbackOptions,
  requireFunction,
  requireGeneration,
  requireHistory,
  requireIntroduction,
  requireLease,
  requireRollback,
  requireVerifying,
} from './call-arguments.js';
import type { CollectResult } from './collect.js';
import { destroyStore } from './destruction.js';
import { StoreError } from './errors.js';
import { readHeadOrBelow } from './head.js';
import type { HeadListener } from './head-watch.js';
import { type History, readHistory } from './history.js';
import type { Instance } from './instances.js';
import { LocalStorage } from './local/local-storage.js';
import { requireLeaseName, requireTagName } from './names.js';
import { OpenStore, type UpdateResult } from './open-store.js';
import { makeStore } from './opening.js';
import {
  type CollectOptions,
  type ResolvedOptions,
  resolveCollection,
  resolveOptions,
  resolveRepair,
  type StoreOptions,
} from './options.js';
import { planUpdate, type UpdateFunction } from './plan.js';
import { planRecovery, readRecoveryBase } from './recovery.js';
import { type RepairOptions, type RepairResult, repairStore } from './repair.js';
import { planResume } from './rollback.js';
import { runChange } from './running-change.js';
import { isS3Location } from './s3/s3-location.js';
import { Snapshot } from './snapshot.js';
import type { HeldLock, Storage, StorageTraits } from './storage.js';
import { judgeTags, readTags, removeTag, type Tag } from './tags.js';
import { openGeneration, requireNotHeld, rollBack, tagGeneration } from './time-travel.js';
import { type PullResult, planPull, readWanted } from './transfer/plan-pull.js';
import { pull } from './transfer/pull.js';
import {
  type PullOptions,
  type PullPlanOptions,
  requirePullOptions,
  requirePullPlanOptions,
} from './transfer/pull-options.js';
import { type VerifyOptions, type VerifyResult, verify } from './verify.js';

/** What is known of an open store beside its content. */
export interface StoreDescription {
  readonly location: string;
  readonly instance: string;
  readonly traits: StorageTraits;
  /** Why nothing can be written; `undefined` for a store that can. */
  readonly readOnlyReason: string | undefined;
}

const OPENED: Check = {
  expected: 'what `await SnapshotStore.open(…)` opens, which is the way to a store',
  allows: (value) => value instanceof OpenStore,
};

/**
 * A store of versioned generations that any number of processes share. Readers never lock and see one complete
 * generation; each update makes the next one; a writer that loses a race is replayed on the winner's generation.
 */
export class SnapshotStore implements AsyncDisposable {
  readonly #store: OpenStore;

  /**
   * Opens the store in a local directory, or on S3 (`s3://bucket/prefix`), making it if it is missing.
   * @throws StoreError STORE_NOT_FOUND (read-only and missing), STORE_FORMAT_NEWER, STORE_BUSY, FILE_SYSTEM_UNSUPPORTED,
   * INVALID_OPTION, IO_FAILED, NO_SPACE
   */
  static async open(directory: string, options: StoreOptions = {}): Promise<SnapshotStore> {
    return SnapshotStore.openOn(await storageAt(directory, resolveOptions(options)), options);
  }

  /** Opens the store on any storage. @throws StoreError as `open` */
  static async openOn(storage: Storage, options: StoreOptions = {}): Promise<SnapshotStore> {
    return new SnapshotStore(await OpenStore.open(storage, options));
  }

  /**
   * Deletes the store in a local directory with all its generations, once nobody has it open any more.
   * @throws StoreError STORE_NOT_FOUND, INVALID_OPTION, STORE_BUSY (still open somewhere after `lockTimeoutMs`),
   * STORE_READ_ONLY
   */
  static async destroy(
    directory: string,
    options: Pick<StoreOptions, 'environment' | 'lockTimeoutMs'> = {},
  ): Promise<void> {
    const resolved = resolveOptions(options);
    await destroyStore(await storageAt(directory, resolved), resolved.environment, resolved);
  }

  /**
   * Puts the store in a local directory in order while nobody else has it open, and deletes nothing: see `RepairResult`.
   * Of a store in a bucket it only tells what is wrong, as `dryRun` does, and the answer says so.
   * @throws StoreError STORE_NOT_FOUND, INVALID_OPTION, STORE_BUSY (still open somewhere after `lockTimeoutMs`; the
   * message says by whom), STORE_READ_ONLY, STORE_FORMAT_NEWER
   */
  static async repair(
    directory: string,
    options: Pick<StoreOptions, 'environment' | 'lockTimeoutMs' | 'client' | 'onWarning'> & RepairOptions = {},
  ): Promise<RepairResult> {
    const resolved = resolveRepair(options);
    return repairStore(await storageAt(directory, resolved), resolved.environment, resolved);
  }

  private constructor(store: OpenStore) {
    // Programs without types can call it.
    requireArgument('store', store, OPENED);
    this.#store = store;
  }

  /** What is known of this store beside its content. */
  describe(): StoreDescription {
    const { storage, registry, traits, readOnlyReason } = this.#store;
    return { location: storage.location, instance: registry.id, traits, readOnlyReason };
  }

  /**
   * The newest complete generation, without any lock. Where the newest one is damaged, the one below it, with `damage`
   * saying why; where all are gone, generation 0 with the same.
   */
  async snapshot(): Promise<Snapshot> {
    const { storage } = this.#store;
    return this.#reading(async () => {
      const { manifest, damage } = await readHeadOrBelow(storage);
      return new Snapshot(storage, manifest, { damage });
    });
  }

  /**
   * A generation of the history, kept until the snapshot or this store is closed; where nothing can be written, because
   * the disk is full or read-only, it is read without being kept, and `onWarning` is told once.
   * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
   */
  async openGeneration(generation: number): Promise<Snapshot> {
    requireGeneration(generation);
    return this.#reading(() => openGeneration(this.#store, generation));
  }

  /**
   * Makes the next generation. `change` gets a draft of it and a snapshot of its base, and is run again on the newer
   * base after a lost race, so all that it does must be in the draft. What it leaves unchanged makes no generation.
   * Resolves when the change is durable, or visible for a `deferred` store. Until `change` has ended, it may not call
   * what waits for updates of this store: `update`, `rollback`, `resume`, `recover`, `close`.
   * @throws StoreError INVALID_CALL (inside `change`), STORE_HELD, STORE_READ_ONLY, LOCK_TIMEOUT (nothing was changed: call again), NO_SPACE,
   * IO_FAILED, GENERATION_DAMAGED, INVALID_NAME, OUTCOME_UNKNOWN; and whatever `change` throws, as it is
   */
  async update(change: UpdateFunction): Promise<UpdateResult> {
    requireFunction('change', change);
    return this.#store.commit(async (base) => {
      requireNotHeld(base);
      return runChange(this.#store, () => planUpdate(this.#store.storage, base, change));
    });
  }

  /**
   * Makes a new generation with the content of an older one. With `hold`, updates are refused until `resume`.
   * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED, and as `update`
   */
  async rollback(generation: number, options: RollbackOptions = {}): Promise<UpdateResult> {
    requireRollback(generation, options);
    this.#store.requireWritable();
    this.#store.requireOutsideChange();
    return rollBack(this.#store, generation, options);
  }

  /** Lets updates go on after a rollback with `hold`. Nothing to do, and no new generation, without a hold. */
  async resume(): Promise<UpdateResult> {
    return this.#store.commit(planResume);
  }

  /**
   * Puts the newest complete generation above a damaged head, for stores whose content can be made again. Nothing to
   * do, and no new generation, if the head's manifest and every file that may not have reached the disk are intact.
   */
  async recover(): Promise<UpdateResult> {
    return this.#store.commit(planRecovery, () => readRecoveryBase(this.#store.storage));
  }

  /**
   * Brings a generation of another store here, with its history: generations keep their numbers, and files that the one
   * before has are not sent. They come in rows of a hundred at most: all of a row is sent, then it is committed without
   * another commit in between. What has arrived when this ends early is not sent again by the next call. Numbers that the
   * source has collected are passed over, and collected here too. Tags do not come.
   * @throws StoreError HISTORIES_DIFFER (this store has generations of its own, or got one meanwhile, and `onTop` is not
   * set; the message says what arrived before, which is kept), GENERATION_NOT_FOUND (also of an empty source),
   * GENERATION_EXPIRED, GENERATION_DAMAGED (of the source), INVALID_OPTION, and as `update`; the signal's reason, and
   * whatever `onProgress` throws, as it is
   */
  async pull(source: SnapshotStore, options: PullOptions = {}): Promise<PullResult> {
    requirePullOptions(options);
    const from = requireStore(source).#store;
    from.requireOpen();
    return pull(from, this.#store, options);
  }

  /**
   * What `pull` would do now, from the manifests alone. Changes nothing.
   * @param target `undefined`: a place where there is no store yet
   * @throws StoreError as `pull`
   */
  static async planPull(
    source: SnapshotStore,
    target: SnapshotStore | undefined,
    options: PullPlanOptions = {},
  ): Promise<PullResult> {
    requirePullPlanOptions(options);
    const from = requireStore(source).#store;
    const into = target === undefined ? undefined : requireStore(target).#store;
    from.requireOpen();
    into?.requireOpen();
    const wanted = await from.reading(() => readWanted(from.storage, into?.storage, options));
    return (into ?? from).reading(() => planPull(wanted, into?.storage));
  }

  /** The generations that can be opened, newest first, at most `limit` (default all), and which older ones are tagged. */
  async history(options: { readonly limit?: number } = {}): Promise<History> {
    requireHistory(options);
    return this.#reading(() => readHistory(this.#store.storage, options.limit ?? Number.POSITIVE_INFINITY));
  }

  /**
   * Names a generation, by default the newest, and keeps it for good.
   * @throws StoreError TAG_EXISTS, INVALID_NAME, GENERATION_NOT_FOUND, GENERATION_EXPIRED
   */
  async tag(name: string, generation?: number): Promise<Tag> {
    requireTagName(name);
    if (generation !== undefined) requireGeneration(generation);
    return this.#writing(() => tagGeneration(this.#store, name, generation));
  }

  /** Takes a name away; its generation is kept no longer than others. @throws StoreError TAG_NOT_FOUND */
  async untag(name: string): Promise<void> {
    await this.#writing(() => removeTag(this.#store.storage, name));
  }

  /** All tags, by name. */
  async tags(): Promise<readonly Tag[]> {
    const { storage } = this.#store;
    return this.#reading(async () => judgeTags(storage, await readTags(storage)));
  }

  /** Retires generations beyond the retention (by default the store's own) and deletes what nothing needs any more. */
  async collect(options: CollectOptions = {}): Promise<CollectResult> {
    const { retention, dryRun } = resolveCollection(this.#store.options.retention, options);
    if (!dryRun) this.#store.requireWritable();
    return this.#reading(() => this.#store.collector.collect(retention, dryRun));
  }

  /** Compares every file of the history with its checksum. Changes nothing. */
  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    requireVerifying(options);
    return this.#reading(() => verify(this.#store.storage, this.#store.environment, options));
  }

  /**
   * Calls `listener` with the number of every newer generation, by any process, until the returned function is called;
   * and with the newest once more when the store is there again after it was gone. What it throws changes nothing, and
   * is told to `onWarning`; without one it is a warning of the process.
   */
  watch(listener: HeadListener): () => void {
    requireFunction('listener', listener);
    this.#store.requireOpen();
    return this.#store.heads.add(listener);
  }

  /**
   * An advisory lease that at most one live process has, for work that only one should do; `undefined` if another has
   * it. Taken over at once when its holder dies on this host. Nothing may depend on it for safety. What `onLost` throws
   * is told to `onWarning`, as of `watch`.
   * @param name as that of a tag, and not `commit` or `store`
   * @throws StoreError INVALID_NAME, STORE_READ_ONLY, IO_FAILED
   */
  async tryLease(name: string, options: { readonly onLost?: () => void } = {}): Promise<HeldLock | undefined> {
    requireLease(options);
    const known = requireLeaseName(name);
    const { onListenerFailure } = this.#store.options;
    const onLost = guardedListener(`lease ${known}: onLost`, options.onLost ?? (() => {}), onListenerFailure);
    const wanted = { name: known, holder: this.#store.nextName(), onLost };
    return this.#writing(() => this.#store.storage.tryLease(wanted));
  }

  /**
   * A word that changes every few seconds while the holder of a lease is running; `undefined` while nobody has the
   * lease.
   * @throws StoreError INVALID_NAME
   */
  async leaseVersion(name: string): Promise<string | undefined> {
    const known = requireLeaseName(name);
    return this.#reading(() => this.#store.storage.findLeaseVersion(known));
  }

  /**
   * Makes the store anew, without any generation, if somebody has removed it since it was opened; true if it did. For
   * stores whose content can be made again.
   * @param options `mayMake` is asked if the store is gone; `false` leaves it so, for now
   * @throws StoreError STORE_READ_ONLY, NO_SPACE, IO_FAILED
   */
  async revive({ mayMake }: { readonly mayMake?: () => boolean } = {}): Promise<boolean> {
    return this.#writing(async () => {
      const { storage, registry, options } = this.#store;
      const isGone = !(await storage.exists());
      if (isGone && mayMake?.() === false) return false;
      const lockAs = { holder: this.#store.nextName(), timeoutMs: options.lockTimeoutMs };
      if (isGone) await makeStore(storage, lockAs);
      await registry.rejoinIfForgotten();
      return isGone;
    });
  }

  /** The processes that have this store open, this one included. */
  async instances(): Promise<readonly Instance[]> {
    return this.#reading(() => this.#store.registry.list());
  }

  /** Changes what `instances` says about this process. @throws StoreError NO_SPACE, IO_FAILED */
  async introduce(about: Introduction): Promise<void> {
    requireIntroduction(about);
    await this.#reading(async () => {
      if (this.#store.readOnlyReason === undefined) await this.#store.registry.describe(about);
    });
  }

  /** Resolves when everything this store committed so far survives a power cut. */
  async flush(): Promise<void> {
    await this.#store.reading(() => this.#store.sync.flush());
  }

  /** Waits for updates under way, makes them durable, and leaves. Calling it twice waits for the same. */
  async close(): Promise<void> {
    await this.#store.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #reading<T>(action: () => Promise<T>): Promise<T> {
    this.#store.requireOpen();
    return this.#store.reading(action);
  }

  async #writing<T>(action: () => Promise<T>): Promise<T> {
    this.#store.requireWritable();
    return this.#store.reading(action);
  }
}

/** @throws StoreError INVALID_OPTION */
function requireStore(store: unknown): SnapshotStore {
  if (store instanceof SnapshotStore) return store;
  throw new StoreError('INVALID_OPTION', 'pull: source and target are open stores', {
    remedy: 'Give what `SnapshotStore.open` has resolved to.',
  });
}

async function storageAt(directory: string, { environment }: ResolvedOptions): Promise<Storage> {
  if (isS3Location(directory)) {
    const { openS3Storage } = await import('./s3/open-s3-storage.js');
    return openS3Storage(directory, environment);
  }
  return new LocalStorage(path.resolve(requirePath('directory', directory)), environment);
}
