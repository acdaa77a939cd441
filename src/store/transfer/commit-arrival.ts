/** Committing what arrives: the six steps of a commit, for a manifest that was made elsewhere. */
import { CallerFailure } from '../caller-failure.js';
import { claim, confirm, syncClaim } from '../claim.js';
import type { CommitResult } from '../commit.js';
import type { Committer } from '../committer.js';
import { isSystemError, storeErrorFrom, storeIsGone } from '../errors.js';
import { raiseCurrent, readHead } from '../head.js';
import type { Manifest } from '../manifest.js';
import type { Storage } from '../storage.js';
import { Turn } from '../turn.js';
import { syncOpenGenerations } from '../unsynced.js';
import { type Arrival, contentOf, manifestOf, missingFiles } from './arrival.js';
import { ArrivalDraft, type FileSource } from './arrival-draft.js';

/** What arrives next, and where its files come from. */
export interface NextArrival {
  readonly arrival: Arrival;
  /** `undefined` for one that brings no files. */
  readonly source: FileSource | undefined;
}

/** What has arrived. */
export interface Arrived extends CommitResult {
  readonly arrival: Arrival;
}

/**
 * Commits what `decide` says of the newest head, and asks it again after each lost race; `undefined` if nothing is left
 * to arrive.
 * @throws StoreError as `commit`; and what `decide` throws
 */
export async function commitArrival(
  committer: Committer,
  decide: (base: Manifest | undefined) => Promise<NextArrival | undefined>,
): Promise<Arrived | undefined> {
  const { storage } = committer;
  const turn = new Turn(committer);
  let draft = new ArrivalDraft(storage, committer.nextDraftName());
  try {
    for (let rebases = 0; ; rebases++) {
      const next = await decide(await readHead(storage));
      if (next === undefined) return undefined;
      const { arrival } = next;
      const manifest = await commitOnce(committer, draft, turn, next);
      if (manifest !== undefined) return { arrival, manifest, generation: arrival.generation, isNew: true, rebases };
      if (await isIntact(storage, draft)) continue;
      if (!(await storage.exists())) throw storeIsGone(storage.location);
      // Others took this process for dead and cleared it away, or it was claimed and taken back.
      await endQuietly(draft);
      draft = new ArrivalDraft(storage, committer.nextDraftName());
    }
  } catch (error) {
    if (error instanceof CallerFailure) throw error;
    throw storeErrorFrom(error, `commit to ${storage.location}`);
  } finally {
    await turn.end();
    await endQuietly(draft);
  }
}

/** One try; `undefined` if the race was lost. The numbers are those of `docs/protocol.md`. */
async function commitOnce(
  committer: Committer,
  draft: ArrivalDraft,
  turn: Turn,
  next: NextArrival,
): Promise<Manifest | undefined> {
  const { storage, options } = committer;
  const { arrival } = next;
  // 1. Draft. Nobody waits while files are sent.
  if (draft.lacks(missingFiles(arrival)).size > 0) await turn.end();
  const staged = await stage(committer, draft, next);
  if (staged === undefined) return undefined;
  // 2. Brief lock.
  await turn.begin();
  // 3. Head check.
  if ((await storage.findHighestGeneration()) !== (arrival.base?.generation ?? 0)) return undefined;
  // 4. Claim: THE COMMIT POINT.
  if (!(await claim(storage, draft.staged, arrival.generation))) return undefined;
  await syncClaim(storage, arrival.generation);
  // 5. Confirm.
  if (!(await confirm(committer, draft.staged, staged.claimed))) return undefined;
  draft.staged.settle();
  // 6. Swap CURRENT. It may lag, so of numbers that are only passed over just the first sets it: with none at all, each
  // look at the head of a store on object storage is a listing.
  if (arrival.kind !== 'passing' || arrival.base === undefined) {
    await raiseCurrent(storage, arrival.generation).catch((error: unknown) =>
      options.onWarning(`CURRENT was not raised to ${arrival.generation}: ${String(error)}`),
    );
  }
  return staged.manifest;
}

/** What a draft is claimed with. */
interface Staged {
  readonly manifest: Manifest;
  /** The same as whoever claims it stands in the table of writers: the manifest may name another as its writer. */
  readonly claimed: Manifest;
}

/** Fills the draft; `undefined` if it was cleared away meanwhile. */
async function stage(
  committer: Committer,
  draft: ArrivalDraft,
  { arrival, source }: NextArrival,
): Promise<Staged | undefined> {
  const { storage, environment, instance, client } = committer;
  try {
    await draft.bring(contentOf(arrival), missingFiles(arrival), source);
    await syncOpenGenerations(storage, arrival.base, { isBase: true });
    const { host, pid, bootId } = environment.identity();
    const arriver = {
      draft: draft.staged.name,
      writer: { instance, client, host, pid, bootId },
      now: new Date(environment.now()).toISOString(),
    };
    const manifest = manifestOf(arrival, arriver, draft.names);
    await draft.describe(manifest);
    return { manifest, claimed: { ...manifest, nonce: arriver.draft, writer: arriver.writer } };
  } catch (error) {
    if (isSystemError(error, 'ENOENT') && !(await isIntact(storage, draft))) return undefined;
    throw error;
  }
}

async function isIntact(storage: Storage, draft: ArrivalDraft): Promise<boolean> {
  return (await storage.listDrafts()).some(({ id }) => id === draft.staged.name);
}

async function endQuietly(draft: ArrivalDraft): Promise<void> {
  try {
    await draft.end();
  } catch {
    // What stays behind is cleared away by collecting; what became of the commit matters more.
  }
}
