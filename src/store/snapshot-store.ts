import path from 'node:path';
import { BackgroundSync } from './background-sync.js';
import { Breath } from './breath.js';
import type { CollectResult } from './collect.js';
import { Collector } from './collector.js';
import { type CommitResult, type Committer, commit, readBaseFrom, storeIsGone } from './commit.js';
import { destroyStore } from './destruction.js';
import { type Environment, processEnvironment } from './environment.js';
import { isStoreError, StoreError, storeErrorFrom } from './errors.js';
import { readHead, readNewestIntact } from './head.js';
import { type HeadListener, HeadWatch } from './head-watch.js';
import { type History, readHistory } from './history.js';
import { type Instance, InstanceRegistry } from './instances.js';
import { LocalStorage } from './local/local-storage.js';
import { draftName } from './names.js';
import { enterStorage, joinStore } from './opening.js';
import {
  type ResolvedOptions,
  type Retention,
  resolveOptions,
  resolveRetention,
  type StoreOptions,
} from './options.js';
import { pin, readKept } from './pins.js';
import { type Base, type Planner, planUpdate, type UpdateFunction } from './plan.js';
import { planRecovery, readRecoveryBase } from './recovery.js';
import { planResume, prepareRollback } from './rollback.js';
import { Snapshot } from './snapshot.js';
import type { HeldLock, Storage, StorageTraits } from './storage.js';
import { readTags, removeTag, type Tag, writeTag } from './tags.js';
import { TaskQueue } from './task-queue.js';
import { type VerifyOptions, type VerifyResult, verify } from './verify.js';

/** What an update came to. */
export interface UpdateResult {
  /** The generation that holds the change. */
  readonly generation: number;
  /** False if the change was there already: nothing was committed. */
  readonly isNew: boolean;
  /** How often the change was replayed on a newer base. */
  readonly rebases: number;
}

/** What is known of an open store beside its content. */
export interface StoreDescription {
  readonly location: string;
  readonly instance: string;
  readonly traits: StorageTraits;
  /** Why nothing can be written; `undefined` for a store that can. */
  readonly readOnlyReason: string | undefined;
}

/**
 * A store of versioned generations that any number of processes share. Readers never lock and see one complete
 * generation; each update makes the next one; a writer that loses a race is replayed on the winner's generation.
 */
export class SnapshotStore implements AsyncDisposable {
  readonly #storage: Storage;
  readonly #environment: Environment;
  readonly #options: ResolvedOptions;
  readonly #traits: StorageTraits;
  readonly #readOnlyReason: string | undefined;
  readonly #registry: InstanceRegistry;
  readonly #sync: BackgroundSync;
  readonly #watch: HeadWatch;
  readonly #updates = new TaskQueue();
  readonly #breath = new Breath();
  readonly #collector: Collector;
  readonly #committer: Committer;
  #counter = 0;
  #isClosed = false;

  /**
   * Opens the store in a local directory, making it if it is missing.
   * @throws StoreError STORE_NOT_FOUND (read-only and missing), STORE_FORMAT_NEWER, STORE_BUSY, FILE_SYSTEM_UNSUPPORTED,
   * INVALID_OPTION, IO_FAILED, NO_SPACE
   */
  static async open(directory: string, options: StoreOptions = {}): Promise<SnapshotStore> {
    const environment = options.environment ?? processEnvironment;
    return SnapshotStore.openOn(new LocalStorage(path.resolve(directory), environment), options);
  }

  /** Opens the store on any storage. @throws StoreError as `open` */
  static async openOn(storage: Storage, options: StoreOptions = {}): Promise<SnapshotStore> {
    const resolved = resolveOptions(options);
    const environment = options.environment ?? processEnvironment;
    const { traits, readOnlyReason } = await enterStorage(storage, resolved);
    const store = new SnapshotStore(storage, environment, resolved, traits, readOnlyReason);
    if (readOnlyReason === undefined) await joinStore(storage, store.#registry, store.#committer);
    return store;
  }

  /**
   * Deletes the store in a local directory with all its generations, once nobody has it open any more.
   * @throws StoreError STORE_NOT_FOUND, STORE_BUSY (still open somewhere after `lockTimeoutMs`), STORE_READ_ONLY
   */
  static async destroy(
    directory: string,
    options: Pick<StoreOptions, 'environment' | 'lockTimeoutMs'> = {},
  ): Promise<void> {
    const environment = options.environment ?? processEnvironment;
    await destroyStore(new LocalStorage(path.resolve(directory), environment), environment, resolveOptions(options));
  }

  private constructor(
    storage: Storage,
    environment: Environment,
    options: ResolvedOptions,
    traits: StorageTraits,
    readOnlyReason: string | undefined,
  ) {
    this.#storage = storage;
    this.#environment = environment;
    this.#options = options;
    this.#traits = traits;
    this.#readOnlyReason = readOnlyReason;
    this.#registry = new InstanceRegistry(storage, environment, options);
    this.#sync = new BackgroundSync(storage, options.onWarning);
    this.#watch = new HeadWatch(storage);
    this.#collector = new Collector({ storage, environment, options, registry: this.#registry });
    const registry = this.#registry;
    this.#committer = {
      storage,
      environment,
      options,
      get instance() {
        return registry.id;
      },
      contention: { commitsToQueue: 0 },
      nextDraftName: () => this.#nextName(),
      findGoneWriters: (ids) => registry.findGone(ids),
      isRegistered: () => registry.isRegistered(registry.id),
    };
  }

  /** What is known of this store beside its content. */
  describe(): StoreDescription {
    return {
      location: this.#storage.location,
      instance: this.#registry.id,
      traits: this.#traits,
      readOnlyReason: this.#readOnlyReason,
    };
  }

  /**
   * The newest complete generation, without any lock. Where the newest one is damaged, the one below it, with `damage`
   * saying why.
   */
  async snapshot(): Promise<Snapshot> {
    this.#requireOpen();
    return this.#reading(async () => {
      try {
        const manifest = await readHead(this.#storage);
        return new Snapshot(this.#storage, manifest);
      } catch (error) {
        if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
        const { manifest, damage } = await readNewestIntact(this.#storage);
        return new Snapshot(this.#storage, manifest, { damage });
      }
    });
  }

  /**
   * A generation of the history, kept until the snapshot is closed.
   * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
   */
  async openGeneration(generation: number): Promise<Snapshot> {
    this.#requireOpen();
    return this.#reading(async () => {
      if (this.#readOnlyReason !== undefined)
        return new Snapshot(this.#storage, await readKept(this.#storage, generation));
      const { manifest, unpin } = await pin(this.#storage, generation, this.#nextName());
      return new Snapshot(this.#storage, manifest, { release: unpin });
    });
  }

  /**
   * Makes the next generation. `change` gets a draft of it and a snapshot of its base, and is run again on the newer
   * base after a lost race, so all that it does must be in the draft. What it leaves unchanged makes no generation.
   * Resolves when the change is durable, or visible for a `deferred` store.
   * @throws StoreError STORE_HELD, STORE_READ_ONLY, LOCK_TIMEOUT (nothing was changed: call again), NO_SPACE,
   * IO_FAILED, GENERATION_DAMAGED, INVALID_NAME, OUTCOME_UNKNOWN; and whatever `change` throws, as it is
   */
  async update(change: UpdateFunction): Promise<UpdateResult> {
    return this.#commit(async (base) => {
      requireNotHeld(base);
      return planUpdate(this.#storage, base, change);
    });
  }

  /**
   * Makes a new generation with the content of an older one. With `hold`, updates are refused until `resume`.
   * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED, and as `update`
   */
  async rollback(
    generation: number,
    options: { readonly hold?: boolean; readonly reason?: string } = {},
  ): Promise<UpdateResult> {
    this.#requireWritable();
    const { manifest, unpin } = await this.#reading(() => pin(this.#storage, generation, this.#nextName()));
    try {
      const since = new Date(this.#environment.now()).toISOString();
      const hold = options.hold === true ? { rolledBackTo: generation, since, by: this.#options.client } : null;
      const reason = options.reason ?? `rolled back to ${generation}`;
      const plan = await this.#reading(() => prepareRollback(this.#storage, { target: manifest, hold, reason }));
      return await this.#commit(plan, () => this.#readBaseOrRecover());
    } finally {
      await unpin();
    }
  }

  /** Lets updates go on after a rollback with `hold`. Nothing to do, and no new generation, without a hold. */
  async resume(): Promise<UpdateResult> {
    return this.#commit(planResume);
  }

  /**
   * Puts the newest complete generation above a damaged head, for stores whose content can be made again. Nothing to
   * do, and no new generation, if the head's manifest and every file that may not have reached the disk are intact.
   */
  async recover(): Promise<UpdateResult> {
    return this.#commit(planRecovery, () => readRecoveryBase(this.#storage));
  }

  /** The generations that can be opened, newest first, at most `limit` (default all) beside the tagged ones. */
  async history(options: { readonly limit?: number } = {}): Promise<History> {
    this.#requireOpen();
    return this.#reading(() => readHistory(this.#storage, options.limit ?? Number.POSITIVE_INFINITY));
  }

  /**
   * Names a generation, by default the newest, and keeps it for good.
   * @throws StoreError TAG_EXISTS, INVALID_NAME, GENERATION_NOT_FOUND, GENERATION_EXPIRED
   */
  async tag(name: string, generation?: number): Promise<Tag> {
    this.#requireWritable();
    return this.#reading(async () => {
      const wanted = generation ?? (await this.#storage.findHighestGeneration());
      const { unpin } = await pin(this.#storage, wanted, this.#nextName());
      try {
        const tag = { name, generation: wanted, createdAt: new Date(this.#environment.now()).toISOString() };
        await writeTag(this.#storage, tag);
        return tag;
      } finally {
        await unpin();
      }
    });
  }

  /** Takes a name away; its generation is kept no longer than others. @throws StoreError TAG_NOT_FOUND */
  async untag(name: string): Promise<void> {
    this.#requireWritable();
    await this.#reading(() => removeTag(this.#storage, name));
  }

  /** All tags, by name. */
  async tags(): Promise<readonly Tag[]> {
    this.#requireOpen();
    return this.#reading(() => readTags(this.#storage));
  }

  /** Retires generations beyond the retention (by default the store's own) and deletes what nothing needs any more. */
  async collect(options: Partial<Retention> & { readonly dryRun?: boolean } = {}): Promise<CollectResult> {
    if (options.dryRun !== true) this.#requireWritable();
    const retention = resolveRetention(this.#options.retention, options);
    return this.#reading(() => this.#collector.collect(retention, options.dryRun ?? false));
  }

  /** Compares every file of the history with its checksum. Changes nothing. */
  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    this.#requireOpen();
    return this.#reading(() => verify(this.#storage, options));
  }

  /** Calls `listener` with the number of every newer generation, by any process, until the returned function is called. */
  watch(listener: HeadListener): () => void {
    this.#requireOpen();
    return this.#watch.add(listener);
  }

  /**
   * An advisory lease that at most one live process has, for work that only one should do; `undefined` if another has
   * it. Taken over at once when its holder dies on this host. Nothing may depend on it for safety.
   * @throws StoreError STORE_READ_ONLY, IO_FAILED
   */
  async tryLease(name: string, options: { readonly onLost?: () => void } = {}): Promise<HeldLock | undefined> {
    this.#requireWritable();
    const onLost = options.onLost ?? (() => {});
    return this.#reading(() => this.#storage.tryLease({ name, holder: this.#nextName(), onLost }));
  }

  /**
   * A word that changes every few seconds while the holder of a lease is running; `undefined` while nobody has the
   * lease.
   */
  async leaseVersion(name: string): Promise<string | undefined> {
    this.#requireOpen();
    return this.#reading(() => this.#storage.findLeaseVersion(name));
  }

  /**
   * Makes the store anew, without any generation, if somebody has removed it since it was opened; true if it did. For
   * stores whose content can be made again.
   * @throws StoreError STORE_READ_ONLY, NO_SPACE, IO_FAILED
   */
  async revive(): Promise<boolean> {
    this.#requireWritable();
    return this.#reading(async () => {
      const isGone = !(await this.#storage.exists());
      if (isGone) await this.#storage.prepare();
      await this.#registry.rejoinIfForgotten();
      return isGone;
    });
  }

  /** The processes that have this store open, this one included. */
  async instances(): Promise<readonly Instance[]> {
    this.#requireOpen();
    return this.#reading(() => this.#registry.list());
  }

  /** Changes what `instances` says about this process. */
  async introduce(about: { readonly client?: string; readonly role?: string }): Promise<void> {
    this.#requireOpen();
    if (this.#readOnlyReason === undefined) await this.#registry.describe(about);
  }

  /** Resolves when everything this store committed so far survives a power cut. */
  async flush(): Promise<void> {
    await this.#reading(() => this.#sync.flush());
  }

  /** Waits for updates under way, makes them durable, and leaves. Calling it twice is no error. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#watch.close();
    await this.#updates.idle();
    await this.#collector.close();
    if (this.#readOnlyReason !== undefined) return;
    try {
      await this.#sync.flush();
    } finally {
      await this.#registry.leave();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A rollback is the way out of a damaged head, so it does not need an intact one. */
  async #readBaseOrRecover(): Promise<Base> {
    try {
      return await readBaseFrom(this.#storage);
    } catch (error) {
      if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
      return readRecoveryBase(this.#storage);
    }
  }

  async #commit(plan: Planner, readBase?: () => Promise<Base>): Promise<UpdateResult> {
    this.#requireWritable();
    return this.#updates.run(async () => {
      if (!(await this.#storage.exists())) throw storeIsGone(this.#storage);
      await this.#reading(() => this.#registry.rejoinIfForgotten());
      const result = await commit(this.#committer, plan, readBase);
      if (result.isNew) this.#afterCommit(result);
      const { generation, isNew, rebases } = result;
      return { generation, isNew, rebases };
    });
  }

  #afterCommit(result: CommitResult): void {
    this.#watch.announce(result.generation);
    if (result.manifest !== undefined && this.#options.durability === 'deferred') this.#sync.schedule(result.manifest);
    this.#collector.afterCommit(result.generation);
  }

  async #reading<T>(action: () => Promise<T>): Promise<T> {
    await this.#breath.take();
    try {
      return await action();
    } catch (error) {
      throw storeErrorFrom(error, `store ${this.#storage.location}`);
    }
  }

  #nextName(): string {
    this.#counter += 1;
    return draftName(this.#registry.id, this.#counter);
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new StoreError('STORE_CLOSED', `store ${this.#storage.location}: it was closed`, {
      remedy: 'Open it again.',
    });
  }

  #requireWritable(): void {
    this.#requireOpen();
    if (this.#readOnlyReason === undefined) return;
    throw new StoreError('STORE_READ_ONLY', `store ${this.#storage.location}: ${this.#readOnlyReason}`, {
      remedy: 'Make the directory writable for this user and open the store again; reading goes on working without.',
    });
  }
}

function requireNotHeld(base: Base): void {
  const hold = base.manifest?.hold;
  if (hold == null) return;
  throw new StoreError(
    'STORE_HELD',
    `generation ${base.generation}: held since the rollback to ${hold.rolledBackTo} by ${hold.by} at ${hold.since}`,
    {
      remedy: 'Resume the store to let updates go on.',
    },
  );
}
