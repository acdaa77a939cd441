/** The commit protocol. The numbers are those of `docs/protocol.md`, and so are the names. */
import type { Environment } from './environment.js';
import { isStoreError, isSystemError, StoreError, storeErrorFrom } from './errors.js';
import { raiseCurrent, readHead } from './head.js';
import type { FileEntry, Manifest } from './manifest.js';
import { generationName } from './names.js';
import type { ResolvedOptions } from './options.js';
import type { Base, Plan, Planner } from './plan.js';
import { StagedDraft } from './staged-draft.js';
import type { HeldLock, Storage } from './storage.js';
import { findUnsynced, syncOpenGenerations } from './unsynced.js';

/** What a commit needs to know of the open store that makes it. */
export interface Committer {
  readonly storage: Storage;
  readonly environment: Environment;
  readonly options: ResolvedOptions;
  /** The id under which this open store is registered. */
  readonly instance: string;
  nextDraftName(): string;
  /** Ids in the writer table that may be pruned: their owners are gone. */
  findGoneWriters(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether this instance is still registered; nobody prunes its table entry while it is. */
  isRegistered(): Promise<boolean>;
}

/** What became of a commit. */
export interface CommitResult {
  /** The generation that holds the change: the new one, or the base if there was nothing to do. */
  readonly generation: number;
  /** False if there was nothing to do on the newest base. */
  readonly isNew: boolean;
  readonly manifest: Manifest | undefined;
  /** How often the change was replayed on a newer base. */
  readonly rebases: number;
}

/** What one try came to; `lost` asks for another. */
type Attempt = { readonly kind: 'lost' } | { readonly kind: 'done'; readonly result: Omit<CommitResult, 'rebases'> };

/** A change that takes at most this long is replayed while the lock is held. */
const QUICK_REBASE_MS = 250;
/** A slower one first tries this often without making the others wait, then holds the lock too, or it might never win. */
const SLOW_REBASES_WITHOUT_LOCK = 3;
const LONGEST_BACK_OFF_MS = 500;

/**
 * Commits what `plan` decides, replaying it on the newer head after every lost race.
 * @throws StoreError LOCK_TIMEOUT (nothing was changed), NO_SPACE, IO_FAILED, STORE_READ_ONLY, GENERATION_DAMAGED (the
 * head cannot be read), OUTCOME_UNKNOWN (see its message)
 */
export async function commit(
  committer: Committer,
  plan: Planner,
  readBase: () => Promise<Base> = () => readBaseFrom(committer.storage),
): Promise<CommitResult> {
  const { environment } = committer;
  const turn = new Turn(committer);
  let draft = new StagedDraft(committer.storage, committer.nextDraftName(), committer.options.durability);
  try {
    for (let rebases = 0; ; rebases++) {
      const [startedMs, waitedMs] = [environment.monotonicMs(), turn.waitedMs];
      const attempt = await tryOnce(committer, { plan, readBase, draft, turn });
      if (attempt.kind === 'done') return { ...attempt.result, rebases };
      // Waiting for the lock is no part of what a replay costs.
      const tryMs = environment.monotonicMs() - startedMs - (turn.waitedMs - waitedMs);
      // Whoever waited has its turn: with the lock given back, the base is old again by the time the lock comes again.
      if (!turn.isHeld || (tryMs > QUICK_REBASE_MS && rebases < SLOW_REBASES_WITHOUT_LOCK)) {
        await turn.end();
        await environment.sleep(backOffMs(tryMs, rebases, environment.random()));
      }
      // A draft that somebody cleared away, or that was claimed and retracted, is made anew.
      if (!(await draftIsIntact(committer.storage, draft.name))) {
        draft = new StagedDraft(committer.storage, committer.nextDraftName(), committer.options.durability);
      }
    }
  } catch (error) {
    // What the caller's own function throws is the caller's to name.
    if (error instanceof ChangeFailure) throw error.cause;
    throw storeErrorFrom(error, `commit to ${committer.storage.location}`);
  } finally {
    await turn.end();
    await discardQuietly(draft);
  }
}

/** The head as the base of a commit. @throws StoreError GENERATION_DAMAGED */
export async function readBaseFrom(storage: Storage): Promise<Base> {
  const manifest = await readHead(storage);
  return { generation: manifest?.generation ?? 0, manifest };
}

interface Try {
  readonly plan: Planner;
  readonly readBase: () => Promise<Base>;
  readonly draft: StagedDraft;
  readonly turn: Turn;
}

async function tryOnce(committer: Committer, attempt: Try): Promise<Attempt> {
  const { storage, options } = committer;
  const { draft, turn } = attempt;
  // 1. Draft: decide on the base, write what changes, then the manifest. No lock is needed for any of it.
  const base = await attempt.readBase();
  const plan = await decide(attempt.plan, base);
  if (plan === undefined) {
    return { kind: 'done', result: { generation: base.generation, isNew: false, manifest: base.manifest } };
  }
  const staged = await stage(committer, draft, base, plan);
  if (staged === undefined) return { kind: 'lost' };
  // 2. Brief lock: it only queues writers.
  await turn.begin();
  // 3. Head check: a cheap way to lose early.
  if ((await storage.findHighestGeneration()) !== base.generation) return { kind: 'lost' };
  // 4. Claim: THE COMMIT POINT. One claimer of a number wins, lock or no lock.
  if (!(await claim(storage, draft, staged.generation))) return { kind: 'lost' };
  if (options.durability === 'durable') await syncClaim(storage, staged.generation);
  // 5. Confirm: a sleeper may have claimed a number that was collected long ago.
  if (!(await confirm(committer, draft, staged))) return { kind: 'lost' };
  // 6. Swap CURRENT. The change already counts, so a pointer that cannot be written is only said aloud.
  await raiseCurrent(storage, staged.generation).catch((error: unknown) => {
    options.onWarning(
      `CURRENT was not raised to ${staged.generation}: ${String(error)}; it is rebuilt by the next commit`,
    );
  });
  await turn.end();
  return { kind: 'done', result: { generation: staged.generation, isNew: true, manifest: staged } };
}

class ChangeFailure extends Error {}

async function decide(plan: Planner, base: Base): Promise<Plan | undefined> {
  try {
    return await plan(base);
  } catch (cause) {
    throw new ChangeFailure('the change could not be decided', { cause });
  }
}

/** Writes the draft; `undefined` if it was cleared away meanwhile. */
async function stage(committer: Committer, draft: StagedDraft, base: Base, plan: Plan): Promise<Manifest | undefined> {
  const { storage, options } = committer;
  try {
    const written = await draft.writeFiles(plan.written);
    // A durable commit stands on a durable base, whoever left it open.
    if (options.durability === 'durable') await syncOpenGenerations(storage, base.manifest);
    const manifest = await describe(committer, draft.name, base, plan, written);
    await draft.writeManifest(manifest);
    return manifest;
  } catch (error) {
    // Only somebody who takes this writer for dead removes its draft.
    if (isSystemError(error, 'ENOENT') && !(await draftIsIntact(storage, draft.name))) return undefined;
    throw error;
  }
}

async function describe(
  committer: Committer,
  nonce: string,
  base: Base,
  plan: Plan,
  written: ReadonlyMap<string, Omit<FileEntry, 'owner'>>,
): Promise<Manifest> {
  const { environment, options, instance } = committer;
  const generation = base.generation + 1;
  const files = new Map(plan.shared);
  for (const [name, file] of written) files.set(name, { ...file, owner: generation });
  const { host, pid, bootId } = environment.identity();
  const parent = base.manifest;
  return {
    generation,
    parent: parent === undefined ? null : { generation: parent.generation, nonce: parent.nonce },
    nonce,
    createdAt: new Date(environment.now()).toISOString(),
    writer: { instance, client: options.client, host, pid, bootId },
    operation: plan.operation,
    reason: plan.reason,
    unsynced: options.durability === 'durable' ? [] : [...(await findUnsynced(committer.storage, parent)), generation],
    hold: plan.hold,
    metadata: plan.metadata,
    files,
    writers: await nextWriters(committer, parent, { nonce, generation }),
  };
}

/** From this size on it pays to look who is gone. */
const PRUNE_WRITERS_FROM = 16;

async function nextWriters(
  committer: Committer,
  parent: Manifest | undefined,
  own: { readonly nonce: string; readonly generation: number },
): Promise<Manifest['writers']> {
  const writers = new Map(parent?.writers);
  if (writers.size >= PRUNE_WRITERS_FROM) {
    for (const id of await committer.findGoneWriters([...writers.keys()])) writers.delete(id);
  }
  return writers.set(committer.instance, own);
}

async function claim(storage: Storage, draft: StagedDraft, generation: number): Promise<boolean> {
  try {
    if (await storage.claim(draft.name, generation)) return true;
  } catch (error) {
    // Whatever was said, the generation with our manifest in it is the answer; without it the draft is still a draft.
    if (await isOurs(storage, draft, generation)) return true;
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
  // A server may answer a repeated request with "exists" after the first one has succeeded.
  return isOurs(storage, draft, generation);
}

async function isOurs(storage: Storage, draft: StagedDraft, generation: number): Promise<boolean> {
  const found = await storage.readManifest(generation);
  return found !== undefined && draft.isManifest(found.bytes);
}

async function syncClaim(storage: Storage, generation: number): Promise<void> {
  try {
    await storage.syncClaims();
  } catch (error) {
    throw new StoreError(
      'OUTCOME_UNKNOWN',
      `generation ${generationName(generation)}: it is visible, but the disk did not confirm it`,
      {
        remedy: 'Check the disk. The change is in the store now and may not survive a power cut; do not repeat it.',
        cause: error,
      },
    );
  }
}

/** Whether our claim counts; if it does not, it is taken back. */
async function confirm(committer: Committer, draft: StagedDraft, claimed: Manifest): Promise<boolean> {
  const { storage } = committer;
  const verdict = await findVerdict(committer, draft, claimed);
  if (verdict === 'committed') return true;
  if (verdict !== 'dead') throw outcomeUnknown(claimed, verdict.cause);
  if (!(await committer.isRegistered())) throw outcomeUnknown(claimed, undefined);
  if (await isOurs(storage, draft, claimed.generation)) await storage.retract(claimed.generation, draft.name);
  return false;
}

/** The head, or the head's writer table, knows what became of a claim; if neither can be read, nobody does. */
async function findVerdict(
  { storage, instance }: Committer,
  draft: StagedDraft,
  claimed: Manifest,
): Promise<'committed' | 'dead' | { readonly cause: unknown }> {
  try {
    const isHead = (await storage.findHighestGeneration()) === claimed.generation;
    if (isHead && (await isOurs(storage, draft, claimed.generation))) return 'committed';
    const head = await readHead(storage);
    return head?.writers.get(instance)?.nonce === claimed.nonce ? 'committed' : 'dead';
  } catch (cause) {
    return { cause };
  }
}

function outcomeUnknown(claimed: Manifest, cause: unknown): StoreError {
  const text = `generation ${generationName(claimed.generation)}: nobody can tell whether the change was committed`;
  return new StoreError('OUTCOME_UNKNOWN', text, {
    remedy:
      'Look at the newest generation: if it shows the change, it counts; if not, make it again. Either the newest generation cannot be read, or this process slept so long that others took it for dead.',
    cause,
  });
}

async function draftIsIntact(storage: Storage, draft: string): Promise<boolean> {
  return (await storage.listDrafts()).some((entry) => entry.id === draft);
}

async function discardQuietly(draft: StagedDraft): Promise<void> {
  try {
    await draft.discard();
  } catch {
    // A draft that stays behind is cleared away by collecting; the commit's own outcome matters more.
  }
}

function backOffMs(tryMs: number, rebases: number, random: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, Math.max(1, tryMs) * 2 ** Math.min(rebases, 6)) * random;
}

/** This commit's turn among the writers that use the lock. */
class Turn {
  readonly #committer: Committer;
  #lock: HeldLock | undefined;
  #waitedMs = 0;

  constructor(committer: Committer) {
    this.#committer = committer;
  }

  /** How long this commit has waited for its turn so far. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  get isHeld(): boolean {
    return this.#lock !== undefined && !this.#lock.isLost;
  }

  async begin(): Promise<void> {
    const { storage, options, environment } = this.#committer;
    if (options.coordinationMode === 'none' || this.isHeld) return;
    await this.end();
    const startedMs = environment.monotonicMs();
    try {
      this.#lock = await storage.lockCommits({
        holder: this.#committer.nextDraftName(),
        timeoutMs: options.lockTimeoutMs,
      });
    } catch (error) {
      if (isStoreError(error)) throw error;
      // The claim keeps commits safe; without the lock they only lose more races.
      options.onWarning(`the commit lock cannot be taken (${String(error)}); going on without it`);
    } finally {
      this.#waitedMs += environment.monotonicMs() - startedMs;
    }
  }

  async end(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    try {
      await lock?.release();
    } catch (error) {
      this.#committer.options.onWarning(`the commit lock could not be let go (${String(error)})`);
    }
  }
}
