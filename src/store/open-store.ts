import { BackgroundSync } from './background-sync.js';
import { Breath } from './breath.js';
import { CallerFailure } from './caller-failure.js';
import { Collector } from './collector.js';
import { type CommitResult, commit } from './commit.js';
import type { Committer } from './committer.js';
import type { Environment } from './environment.js';
import { StoreError, storeErrorFrom, storeIsGone } from './errors.js';
import { HeadWatch } from './head-watch.js';
import { InstanceRegistry } from './instances.js';
import { draftName } from './names.js';
import { type Entry, enterForReading, enterForWriting, mendStore } from './opening.js';
import { type ResolvedOptions, resolveOptions, type StoreOptions } from './options.js';
import type { Base, Planner } from './plan.js';
import { isInsideChangeOf } from './running-change.js';
import type { Storage, StorageTraits } from './storage.js';
import { TaskQueue } from './task-queue.js';

/** What an update came to. */
export interface UpdateResult {
  /** The generation that holds the change. */
  readonly generation: number;
  /** False if the change was there already: nothing was committed. */
  readonly isNew: boolean;
  /** How often the change was replayed on a newer base. */
  readonly rebases: number;
}

/** The working parts of one open store, and what every call on it has in common. */
export class OpenStore {
  readonly storage: Storage;
  readonly environment: Environment;
  readonly options: ResolvedOptions;
  readonly traits: StorageTraits;
  /** Why nothing can be written; `undefined` for a store that can. */
  readonly readOnlyReason: string | undefined;
  readonly registry: InstanceRegistry;
  readonly sync: BackgroundSync;
  readonly heads: HeadWatch;
  readonly collector: Collector;
  readonly #updates = new TaskQueue();
  readonly #breath = new Breath();
  readonly #committer: Committer;
  readonly #releases = new Set<() => Promise<void>>();
  #isProbed: boolean;
  #isToldOfNoPins = false;
  #counter = 0;
  #closing: Promise<void> | undefined;

  /** @throws StoreError as `SnapshotStore.open` */
  static async open(storage: Storage, options: StoreOptions): Promise<OpenStore> {
    const resolved = resolveOptions(options);
    const { environment } = resolved;
    const registry = new InstanceRegistry(storage, environment, resolved);
    const entry = resolved.readOnly
      ? await enterForReading(storage)
      : await enterForWriting(storage, registry, resolved);
    for (const warning of entry.traits.warnings) resolved.onWarning(warning);
    const store = new OpenStore(storage, environment, resolved, { registry, ...entry });
    if (entry.isRegistered) await mendStore(storage, registry, store.#committer);
    return store;
  }

  private constructor(
    storage: Storage,
    environment: Environment,
    options: ResolvedOptions,
    entered: Entry & { readonly registry: InstanceRegistry },
  ) {
    this.storage = storage;
    this.environment = environment;
    this.options = options;
    const { traits, readOnlyReason, registry, isRegistered } = entered;
    this.traits = traits;
    this.readOnlyReason = readOnlyReason;
    this.registry = registry;
    this.#isProbed = isRegistered;
    this.sync = new BackgroundSync(storage, options.onWarning);
    this.heads = new HeadWatch(storage, options.onListenerFailure);
    this.collector = new Collector({ storage, environment, options, registry });
    this.#committer = {
      storage,
      environment,
      options,
      get instance() {
        return registry.id;
      },
      get client() {
        return registry.client;
      },
      contention: { commitsToQueue: 0 },
      nextDraftName: () => this.nextName(),
      findGoneWriters: (ids) => registry.findGone(ids),
      rejoin: () => registry.rejoinIfForgotten(),
      isRegistered: (instance) => registry.isRegistered(instance),
    };
  }

  /** Commits what `plan` decides, after all earlier commits of this store. @throws StoreError INVALID_CALL, as `commit` */
  async commit(plan: Planner, readBase?: () => Promise<Base>): Promise<UpdateResult> {
    const { generation, isNew, rebases } = await this.commitBy((committer) => commit(committer, plan, readBase));
    return { generation, isNew, rebases };
  }

  /** What `action` has committed, after all earlier commits of this store. @throws StoreError as `commit` */
  async commitBy<T extends CommitResult | undefined>(action: (committer: Committer) => Promise<T>): Promise<T> {
    this.requireWritable();
    this.requireOutsideChange();
    return this.#updates.run(async () => {
      await this.reading(async () => {
        if (!(await this.storage.exists())) throw storeIsGone(this.storage.location);
        await this.registry.rejoinIfForgotten();
        await this.#probeOnce();
      });
      const result = await action(this.#committer);
      if (result?.isNew === true) this.#afterCommit(result);
      return result;
    });
  }

  /** What `action` answers, with its errors as StoreErrors. */
  async reading<T>(action: () => Promise<T>): Promise<T> {
    await this.#breath.take();
    try {
      return await action();
    } catch (error) {
      if (error instanceof CallerFailure) throw error.cause;
      throw storeErrorFrom(error, `store ${this.storage.location}`);
    }
  }

  /** A name that nobody else has: for drafts, pins and holders of locks. */
  nextName(): string {
    this.#counter += 1;
    return draftName(this.registry.id, this.#counter);
  }

  /** `release` as it is to be called; if nobody has by then, closing calls it. */
  untilClosed(release: () => Promise<void>): () => Promise<void> {
    const releaseOnce = async (): Promise<void> => {
      if (this.#releases.delete(releaseOnce)) await release();
    };
    this.#releases.add(releaseOnce);
    return releaseOnce;
  }

  /** Says once that older generations are read without being kept, and why. */
  warnOfNoPins(reason: string): void {
    if (this.#isToldOfNoPins) return;
    this.#isToldOfNoPins = true;
    this.options.onWarning(`${reason}, so nothing keeps an older generation from being collected while it is read`);
  }

  /** @throws StoreError STORE_CLOSED */
  requireOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError('STORE_CLOSED', `store ${this.storage.location}: it was closed`, {
      remedy: 'Open it again.',
    });
  }

  /** @throws StoreError STORE_CLOSED, STORE_READ_ONLY */
  requireWritable(): void {
    this.requireOpen();
    if (this.readOnlyReason === undefined) return;
    throw new StoreError('STORE_READ_ONLY', `store ${this.storage.location}: ${this.readOnlyReason}`, {
      remedy: this.options.readOnly
        ? 'Open it without `readOnly`; reading goes on working.'
        : 'Make the directory writable for this user and open the store again; reading goes on working without.',
    });
  }

  /** @throws StoreError INVALID_CALL inside the function of an update of this store, which would wait for itself */
  requireOutsideChange(): void {
    if (!isInsideChangeOf(this)) return;
    const text = `store ${this.storage.location}: called by the function of an update that it would have to wait for`;
    throw new StoreError('INVALID_CALL', text, {
      remedy: 'Change the draft that the function was given, or make the call once `update` has resolved.',
    });
  }

  /** Waits for updates under way, makes them durable, and leaves. Calling it twice waits for the same. */
  async close(): Promise<void> {
    this.requireOutsideChange();
    this.#closing ??= this.#close();
    await this.#closing;
  }

  /** What was opened on a full disk was not probed, and nothing may be claimed before that. */
  async #probeOnce(): Promise<void> {
    if (this.#isProbed) return;
    await this.storage.probe(this.nextName());
    this.#isProbed = true;
  }

  async #close(): Promise<void> {
    this.heads.close();
    await this.#updates.idle();
    await this.collector.close();
    if (this.readOnlyReason !== undefined) return;
    try {
      await this.reading(() => this.sync.close());
    } finally {
      await this.registry.leave();
      await this.collector.restore();
      // Only now: whoever still stands on a pin sees that it is not registered any more.
      for (const release of this.#releases) await release();
    }
  }

  #afterCommit(result: CommitResult): void {
    this.heads.announce(result.generation);
    if (result.manifest !== undefined && this.options.durability === 'deferred') this.sync.schedule(result.manifest);
    this.collector.afterCommit(result.generation);
  }
}
