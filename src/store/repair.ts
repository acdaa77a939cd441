/** Repairing a store that nobody else has open. `docs/protocol.md` numbers the steps. */
import { CallerFailure } from './caller-failure.js';
import { commit } from './commit.js';
import type { Committer } from './committer.js';
import { finishErasing, storeNotFound } from './destruction.js';
import type { Environment } from './environment.js';
import { COPIED_STORE_REMEDY, isStoreError, StoreError, storeErrorFrom } from './errors.js';
import { type Examination, examine } from './examination.js';
import type { FileCheckOptions } from './file-checks.js';
import { raiseCurrent } from './head.js';
import { asideName, DAMAGED_DIRECTORY, DRAFTS_DIRECTORY, draftName, STORE_LOCK } from './names.js';
import { hasRoomOfStore } from './opening.js';
import type { ResolvedOptions } from './options.js';
import { planCopy } from './plan.js';
import type { Problem } from './problem.js';
import { findBest, planRepair, type RepairStep } from './repair-plan.js';
import type { HeldLock, Storage } from './storage.js';
import { judgeEntries } from './store-entries.js';
import type { Upkeep } from './upkeep.js';
import { whoHoldsIt } from './who-holds.js';

/** A destroying that was interrupted is finished, whose order was to delete; there is no store afterwards. */
interface FinishedDestroy {
  readonly action: 'finishDestroy';
  readonly path: string;
  readonly why: string;
}

/** A step of a repair, and where something went. */
export type DoneStep = (RepairStep | FinishedDestroy) & {
  /** Relative to the store: what was moved aside lies here; `undefined` for steps that move nothing. */
  readonly movedTo: string | undefined;
};

/** What a repair did, or would do. */
export interface RepairResult {
  /** Whether no problems are left, or would be. */
  readonly ok: boolean;
  /** The head afterwards; of a dry run, what it would be. */
  readonly generation: number;
  readonly dryRun: boolean;
  /** In the order in which they were done; none if there was nothing to do. */
  readonly steps: readonly DoneStep[];
  /** What only a person can decide about. */
  readonly remaining: readonly Problem[];
}

/** How to repair. */
export interface RepairOptions extends Pick<FileCheckOptions, 'onProgress'> {
  /** Only say what would be done; needs no lock. Default false. */
  readonly dryRun?: boolean;
}

/**
 * Puts a store in order and deletes nothing but the rest of one that was being destroyed. Killed at any point, it finishes when it is run again.
 * @throws StoreError STORE_NOT_FOUND, STORE_BUSY (somebody has it open: the message says who), STORE_READ_ONLY,
 * STORE_FORMAT_NEWER (what a later version wrote cannot be told from damage), NO_SPACE, IO_FAILED
 */
export async function repairStore(
  storage: Storage,
  environment: Environment,
  options: ResolvedOptions & RepairOptions,
): Promise<RepairResult> {
  const { upkeep } = storage;
  try {
    const remains = await storage.findRemains();
    if (remains !== undefined) return await finishDestroy(storage, environment, { ...options, remains });
    await requireStore(storage);
    if (options.dryRun === true || upkeep === undefined) return await tellPlan(storage, environment, options);
    const repair = new Repair(storage, upkeep, environment, options);
    return await repair.run();
  } catch (error) {
    if (error instanceof CallerFailure) throw error.cause;
    throw storeErrorFrom(error, `repair ${storage.location}`);
  }
}

/** Something in the place of a store is what repairing is for. @throws StoreError STORE_NOT_FOUND */
async function requireStore(storage: Storage): Promise<void> {
  try {
    if ((await storage.exists()) || (await hasRoomOfStore(storage))) return;
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED')) return;
    throw error;
  }
  throw storeNotFound(storage);
}

async function finishDestroy(
  storage: Storage,
  environment: Environment,
  options: ResolvedOptions & RepairOptions & { readonly remains: string },
): Promise<RepairResult> {
  const { remains, dryRun = false, lockTimeoutMs: timeoutMs } = options;
  if (!dryRun) {
    await finishErasing(storage, { holder: draftName(environment.uniqueId(), 1), timeoutMs });
    await storage.eraseRemains();
  }
  const step = {
    action: 'finishDestroy',
    path: remains,
    why: 'a destroy was interrupted',
    movedTo: undefined,
  } as const;
  return { ok: true, generation: 0, dryRun, steps: [step], remaining: [] };
}

async function tellPlan(storage: Storage, environment: Environment, options: RepairOptions): Promise<RepairResult> {
  const examination = await examineReadable(storage, environment, options);
  const { steps, remaining, head } = planRepair(examination);
  const done = steps.map((step) => ({ ...step, movedTo: undefined }));
  return { ok: remaining.length === 0, generation: head, dryRun: true, steps: done, remaining };
}

async function examineReadable(
  storage: Storage,
  environment: Environment,
  options: FileCheckOptions,
): Promise<Examination> {
  const examination = await examine(storage, environment, options);
  const newer = examination.problems.find(({ code }) => code === 'STORE_FORMAT_NEWER');
  if (newer === undefined) return examination;
  throw new StoreError('STORE_FORMAT_NEWER', newer.message, {
    remedy: 'Update snapdex to the version that wrote this store, and repair it with that.',
  });
}

class Repair {
  readonly #storage: Storage;
  readonly #upkeep: Upkeep;
  readonly #environment: Environment;
  readonly #options: ResolvedOptions & RepairOptions;
  readonly #instance: string;
  readonly #done: DoneStep[] = [];
  #counter = 0;

  constructor(storage: Storage, upkeep: Upkeep, environment: Environment, options: ResolvedOptions & RepairOptions) {
    this.#storage = storage;
    this.#upkeep = upkeep;
    this.#environment = environment;
    this.#options = options;
    this.#instance = environment.uniqueId();
  }

  async run(): Promise<RepairResult> {
    // 1. What stands in the way of the lock. Nothing of ours looks like it, whoever has the store open.
    await this.#clearWayToLock();
    // 2. The whole store.
    const lock = await this.#lockAlone();
    try {
      await this.#mend();
      // 5. What is left.
      const { head, problems } = await examine(this.#storage, this.#environment, this.#options);
      const isOk = problems.length === 0;
      return { ok: isOk, generation: head, dryRun: false, steps: this.#done, remaining: problems };
    } finally {
      await lock.release();
    }
  }

  async #mend(): Promise<void> {
    // 3. Look, and decide.
    const examination = await examineReadable(this.#storage, this.#environment, this.#options);
    const { steps } = planRepair(examination);
    // 4. Act, in the order of the plan: a damaged head stays until its successor is durable.
    for (const step of steps) this.#done.push({ ...step, movedTo: await this.#perform(step, examination, steps) });
    await this.#storage.prepare();
    const head = await this.#storage.findHighestGeneration();
    if (head > 0) await raiseCurrent(this.#storage, head);
  }

  async #perform(
    step: RepairStep,
    examination: Examination,
    steps: readonly RepairStep[],
  ): Promise<string | undefined> {
    switch (step.action) {
      case 'moveAside':
        return this.#moveAside(step.path);
      case 'setAside':
        return this.#setAside(step.generation, step.path, filesThatOthersNeed(step.generation, examination, steps));
      case 'recover':
        await this.#recover(step.why, examination);
        return undefined;
      case 'writeCurrent':
        await raiseCurrent(this.#storage, step.generation);
        return undefined;
    }
  }

  async #moveAside(entry: string): Promise<string> {
    const place = asideName(entry, this.#environment.uniqueId());
    await this.#upkeep.setAside(entry, place);
    return this.#upkeep.pathOfSetAside(place);
  }

  async #setAside(generation: number, entry: string, keep: ReadonlySet<string>): Promise<string> {
    const place = asideName(entry.slice(entry.lastIndexOf('/') + 1), this.#environment.uniqueId());
    await this.#upkeep.setGenerationAside(generation, keep, place);
    return this.#upkeep.pathOfSetAside(place);
  }

  async #recover(why: string, { generations }: Examination): Promise<void> {
    const best = findBest(generations)?.manifest;
    const generation = await this.#storage.findHighestGeneration();
    const reason = `${why}; restored ${best?.generation ?? 'nothing'}`;
    const plan = planCopy(best, { operation: 'recover', reason, hold: best?.hold ?? null });
    await commit(
      this.#committer(),
      async () => plan,
      async () => ({ generation, manifest: best }),
    );
  }

  /** Nobody else is here, so no turn is waited for and no claim can be lost. */
  #committer(): Committer {
    return {
      storage: this.#storage,
      environment: this.#environment,
      options: { ...this.#options, durability: 'durable', coordinationMode: 'none' },
      instance: this.#instance,
      client: this.#options.client,
      contention: { commitsToQueue: 0 },
      nextDraftName: () => this.#nextName(),
      findGoneWriters: async () => new Set(),
      rejoin: async () => {},
      isRegistered: async () => true,
    };
  }

  async #clearWayToLock(): Promise<void> {
    const inTheWay = judgeEntries(await this.#upkeep.listEntries()).flatMap(({ path, role }) =>
      role.is === 'obstacle' && isNeededByLock(path) ? [{ action: 'moveAside', path, why: role.why } as const] : [],
    );
    for (const step of inTheWay) this.#done.push({ ...step, movedTo: await this.#moveAside(step.path) });
  }

  async #lockAlone(): Promise<HeldLock> {
    try {
      const { lockTimeoutMs: timeoutMs } = this.#options;
      return await this.#storage.lockStore({ holder: this.#nextName(), timeoutMs });
    } catch (error) {
      if (!isStoreError(error, 'LOCK_TIMEOUT')) throw error;
      const holders = await whoHoldsIt(this.#storage, this.#environment);
      throw new StoreError('STORE_BUSY', `store ${this.#storage.location}: it is open: ${holders}`, {
        remedy: `End these processes, then repair it. One on another host that has crashed counts as dead after a minute: wait so long with \`lockTimeoutMs: 90_000\`. ${COPIED_STORE_REMEDY}`,
        cause: error,
      });
    }
  }

  #nextName(): string {
    this.#counter += 1;
    return draftName(this.#instance, this.#counter);
  }
}

/** The lock is prepared among the drafts and shared by the instances; and what is moved aside needs a place to go to. */
function isNeededByLock(path: string): boolean {
  return [DAMAGED_DIRECTORY, DRAFTS_DIRECTORY, 'instances', STORE_LOCK].includes(path.split('/', 1)[0] ?? '');
}

/** Files in the directory of `generation` that generations which stay refer to. */
function filesThatOthersNeed(
  generation: number,
  { generations }: Examination,
  steps: readonly RepairStep[],
): ReadonlySet<string> {
  const leaving = new Set(steps.flatMap((step) => (step.action === 'setAside' ? [step.generation] : [])));
  const needed = new Set<string>();
  for (const one of generations) {
    if (leaving.has(one.generation)) continue;
    for (const [name, { owner }] of one.manifest?.files ?? []) if (owner === generation) needed.add(name);
  }
  return needed;
}
