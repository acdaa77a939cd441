import { type CollectResult, collect } from './collect.js';
import { type CollectionPlan, planCollection } from './collection-plan.js';
import type { Environment } from './environment.js';
import { raiseToHead } from './head.js';
import type { InstanceRegistry } from './instances.js';
import { LONGEST_TIMER_MS } from './longest-timer.js';
import type { ResolvedOptions, Retention } from './options.js';
import { registerInLittleRoom, unlessFull } from './register-in-little-room.js';
import type { Storage } from './storage.js';
import { TaskQueue } from './task-queue.js';

/** How often one instance looks whether there is something to collect, unless many generations have come. */
const LOOK_EVERY_MS = 2_000;
/** Collecting costs in proportion to the history, so it waits until a quarter more is there than is kept. */
const COLLECT_FROM = 1.25;

/** What a collector works with. */
export interface CollectorParts {
  readonly storage: Storage;
  readonly environment: Environment;
  readonly options: ResolvedOptions;
  readonly registry: InstanceRegistry;
}

/** Collects on demand, and now and then behind this process's own commits; one run at a time. */
export class Collector {
  readonly #parts: CollectorParts;
  readonly #queue = new TaskQueue();
  readonly #warned = new Set<string>();
  #nextLookMs = 0;
  #nextLookGeneration = 0;
  #isClosed = false;
  /** True once the pointer was given up for room, until it is there again. */
  #owesCurrent = false;
  #later: NodeJS.Timeout | undefined;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /** Clears up after dead processes and collects. */
  async collect(retention: Retention, dryRun: boolean): Promise<CollectResult> {
    const { storage, environment, options, registry } = this.#parts;
    const { durability } = options;
    const onWarning = (text: string): void => this.#warnOnce(text);
    const rules = { retention, durability, dryRun, onWarning };
    return this.#queue.run(async () => {
      if (dryRun) return collect(storage, environment, rules);
      // Maintenance relies on being alone, so nothing is retired or deleted by whoever is not registered.
      try {
        await registerInLittleRoom(storage, registry, () => {
          this.#owesCurrent = true;
        });
        await this.#reapIfThereIsRoom();
        return await collect(storage, environment, rules);
      } finally {
        // Where there is no room yet, closing does it.
        await this.#restoreCurrent().catch(() => {});
      }
    });
  }

  /** Collects in the background if there is something to gain now that `generation` is there. */
  afterCommit(generation: number): void {
    const { environment, options } = this.#parts;
    const nowMs = environment.monotonicMs();
    if (!options.collectAutomatically || this.#isClosed) return;
    if (nowMs < this.#nextLookMs && generation < this.#nextLookGeneration) return;
    this.#nextLookMs = nowMs + LOOK_EVERY_MS;
    this.#nextLookGeneration = generation + options.retention.keepGenerations;
    this.#collectInBackground();
  }

  /** Waits for a run under way; starts none any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#later);
    await this.#queue.idle();
  }

  /** Puts back what was given up for room, now that this store is not registered any more, and there is that much. */
  async restore(): Promise<void> {
    await this.#restoreCurrent().catch((error: unknown) => this.#warnOnce(`CURRENT: ${String(error)}`));
  }

  async #restoreCurrent(): Promise<void> {
    if (!this.#owesCurrent) return;
    const { storage } = this.#parts;
    const head = await storage.findHighestGeneration();
    if (head > 0) await raiseToHead(storage, head);
    this.#owesCurrent = false;
  }

  /** What the dead hold stays kept until the next time; collecting the rest makes the room for that. */
  async #reapIfThereIsRoom(): Promise<void> {
    await unlessFull(() => this.#parts.registry.reap());
  }

  /** What another user has made is met each time. */
  #warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#parts.options.onWarning(text);
  }

  #collectInBackground(): void {
    this.#collectIfWorthwhile().catch((error: unknown) => {
      this.#parts.options.onWarning(`collecting failed and is tried again later: ${String(error)}`);
    });
  }

  async #collectIfWorthwhile(): Promise<void> {
    const { storage, options } = this.#parts;
    const { retention } = options;
    const { length } = await storage.listGenerations();
    const isLong = length > retention.keepGenerations * COLLECT_FROM;
    if (this.#isClosed || !(isLong || (await this.#isTooLarge()))) return;
    const result = await this.collect(retention, false);
    const isYoung = result.kept.length - result.denied.length > retention.keepGenerations;
    if (isYoung || mayShrinkLater(result, retention)) this.#lookLater();
  }

  /** Whether the history is larger than it may be, and something can be done about it now. */
  async #isTooLarge(): Promise<boolean> {
    const { storage, environment, options } = this.#parts;
    if (options.retention.maximumTotalBytes === undefined) return false;
    const plan = await planCollection(storage, environment, options.retention);
    if (mayShrinkLater(plan, options.retention)) this.#lookLater();
    return plan.retirements.some(({ reason }) => reason === 'size');
  }

  /** What was too young is looked at again when it is old enough, also if no commit comes until then. */
  #lookLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#later);
    const { minimumAgeMs } = this.#parts.options.retention;
    const waitMs = Math.min(minimumAgeMs + LOOK_EVERY_MS, LONGEST_TIMER_MS);
    this.#later = setTimeout(() => this.#collectInBackground(), waitMs).unref();
  }
}

function mayShrinkLater({ totalBytes, remaining }: CollectResult | CollectionPlan, retention: Retention): boolean {
  const isTooLarge = totalBytes > (retention.maximumTotalBytes ?? Number.POSITIVE_INFINITY);
  return isTooLarge && remaining.some(({ keptBy }) => keptBy.some(({ by }) => by === 'minimumAge'));
}
