/** The commit protocol. The numbers are those of `docs/protocol.md`, and so are the names. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { CallerFailure } from './caller-failure.js';
import { claim, confirm, syncClaim } from './claim.js';
import type { Committer } from './committer.js';
import { isStoreError, isSystemError, storeDamaged, storeErrorFrom, storeIsGone } from './errors.js';
import { raiseCurrent, readHead } from './head.js';
import { afterLostRace } from './lost-race.js';
import { decodeManifest, type FileEntry, type Manifest } from './manifest.js';
import { LARGEST_GENERATION } from './names.js';
import type { Base, Plan, Planner } from './plan.js';
import { StagedDraft } from './staged-draft.js';
import type { Storage } from './storage.js';
import { Turn } from './turn.js';
import { findUnsynced, makeDurable, syncOpenGenerations } from './unsynced.js';

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

/** What a try that did not lose its race came to. */
type Outcome = Omit<CommitResult, 'rebases'>;

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
  // A deferred commit waits for nothing else, and one after another would stop collecting, syncing and the heartbeat.
  await eventLoopTurn();
  const { environment, contention } = committer;
  const turn = new Turn(committer);
  let draft = new StagedDraft(committer.storage, committer.nextDraftName(), committer.options.durability);
  try {
    // Among many writers what is drafted before the lock is nearly always drafted in vain.
    if (contention.commitsToQueue > 0) {
      contention.commitsToQueue -= 1;
      await turn.begin();
    }
    for (let rebases = 0; ; rebases++) {
      const [startedMs, waitedMs] = [environment.monotonicMs(), turn.waitedMs];
      const outcome = await tryOnce(committer, { plan, readBase, draft, turn });
      if (outcome !== undefined) return { ...outcome, rebases };
      // Waiting for the lock is no part of what a replay costs.
      const tryMs = environment.monotonicMs() - startedMs - (turn.waitedMs - waitedMs);
      const next = afterLostRace({ tryMs, rebases, isTurn: turn.isHeld });
      contention.commitsToQueue = next.commitsToQueue;
      if (next.longestPauseMs !== undefined) {
        await turn.end();
        await environment.sleep(next.longestPauseMs * environment.random());
      }
      await committer.rejoin();
      // A draft that somebody cleared away, or that was claimed and retracted, is made anew.
      if (!(await draftIsIntact(committer.storage, draft.name))) {
        if (!(await committer.storage.exists())) throw storeIsGone(committer.storage.location);
        await discardQuietly(draft);
        draft = new StagedDraft(committer.storage, committer.nextDraftName(), committer.options.durability);
      }
    }
  } catch (error) {
    // What the caller's own function throws is the caller's to name.
    if (error instanceof CallerFailure) throw error.cause;
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

/** One try; `undefined` if the race was lost. */
async function tryOnce(committer: Committer, attempt: Try): Promise<Outcome | undefined> {
  const { storage, options } = committer;
  const { draft, turn } = attempt;
  // 1. Draft: decide on the base, write what changes, then the manifest. No lock is needed for any of it.
  const base = await attempt.readBase();
  const plan = await decide(storage, attempt.plan, base);
  if (plan === 'base is gone') return undefined;
  if (plan === undefined) {
    // What is there already may have been claimed by another a moment ago.
    if (options.durability === 'durable') await makeDurable(storage, base.manifest);
    return { generation: base.generation, isNew: false, manifest: base.manifest };
  }
  const staged = await stage(committer, draft, base, plan);
  if (staged === undefined) return undefined;
  await requireGuard(plan);
  // 2. Brief lock: it only queues writers.
  await turn.begin();
  // 3. Head check: a cheap way to lose early, and the way to see that another store is here by now.
  if (!(await isBaseStillHead(storage, base))) return undefined;
  // 4. Claim: THE COMMIT POINT. One claimer of a number wins, lock or no lock.
  if (!(await claim(storage, draft, staged.generation))) return undefined;
  if (options.durability === 'durable') await syncClaim(storage, staged.generation);
  // 5. Confirm: a sleeper may have claimed a number that was collected long ago.
  if (!(await confirm(committer, draft, staged))) return undefined;
  draft.settle();
  // 6. Swap CURRENT. The change already counts, so a pointer that cannot be written is only said aloud.
  await raiseCurrent(storage, staged.generation).catch((error: unknown) => {
    options.onWarning(
      `CURRENT was not raised to ${staged.generation}: ${String(error)}; it is rebuilt by the next commit`,
      'commit',
    );
  });
  await turn.end();
  return { generation: staged.generation, isNew: true, manifest: staged };
}

async function decide(storage: Storage, plan: Planner, base: Base): Promise<Plan | undefined | 'base is gone'> {
  try {
    return await plan(base);
  } catch (cause) {
    // A change that took longer than its base was kept has lost the race already.
    const mayBeGone = isStoreError(cause, 'GENERATION_EXPIRED', 'GENERATION_DAMAGED');
    if (mayBeGone && (await storage.findHighestGeneration()) > base.generation) return 'base is gone';
    throw new CallerFailure('the change could not be decided', { cause });
  }
}

async function requireGuard({ guard }: Plan): Promise<void> {
  try {
    await guard?.();
  } catch (cause) {
    throw new CallerFailure('the change may no longer be made', { cause });
  }
}

/**
 * Whether the base is the head still. A directory can be renamed and a link be turned, so that the draft stands in
 * another store, whose head has the same number; from then on it cannot be claimed anywhere else.
 */
async function isBaseStillHead(storage: Storage, { generation, manifest }: Base): Promise<boolean> {
  if ((await storage.findHighestGeneration()) !== generation) return false;
  if (manifest === undefined || storage.upkeep === undefined) return true;
  const found = await storage.readManifest(manifest.generation);
  return found !== undefined && decodeManifest(found.bytes, manifest.generation).nonce === manifest.nonce;
}

/** Writes the draft; `undefined` if it was cleared away meanwhile. */
async function stage(committer: Committer, draft: StagedDraft, base: Base, plan: Plan): Promise<Manifest | undefined> {
  const { storage, options } = committer;
  try {
    const written = await draft.writeFiles(plan.written);
    // A durable commit stands on a durable base, whoever left it open.
    if (options.durability === 'durable') await syncOpenGenerations(storage, base.manifest, { isBase: true });
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
  const { environment, options, instance, client } = committer;
  const generation = requireNumberAbove(base.generation);
  const files = new Map(plan.shared);
  for (const [name, file] of written) files.set(name, { ...file, owner: generation });
  const { host, pid, bootId } = environment.identity();
  const parent = base.manifest;
  return {
    generation,
    parent: parent === undefined ? null : { generation: parent.generation, nonce: parent.nonce },
    nonce,
    createdAt: new Date(environment.now()).toISOString(),
    writer: { instance, client, host, pid, bootId },
    operation: plan.operation,
    reason: plan.reason,
    unsynced: options.durability === 'durable' ? [] : [...(await findUnsynced(committer.storage, parent)), generation],
    hold: plan.hold,
    metadata: plan.metadata,
    files,
    writers: await nextWriters(committer, parent, { nonce, generation }),
  };
}

function requireNumberAbove(generation: number): number {
  if (generation < LARGEST_GENERATION) return generation + 1;
  throw storeDamaged(`generation ${generation}: there is no number above it for the next generation`);
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
