/** Committing what arrives: the six steps of a commit, for manifests that were made elsewhere. */
import { CallerFailure } from '../caller-failure.js';
import { claim, confirm, syncClaim } from '../claim.js';
import type { CommitResult } from '../commit.js';
import type { Committer } from '../committer.js';
import { storeErrorFrom } from '../errors.js';
import { raiseCurrent } from '../head.js';
import { Turn } from '../turn.js';
import type { Arrival } from './arrival.js';
import { ArrivalDrafts } from './arrival-drafts.js';
import { type Arriving, type Decide, draftRow, type Staged } from './arrival-row.js';

/** Less than the time for which others wait for their turn by default. */
const LONGEST_TURN_MS = 3_000;

/** Whoever waits for a turn looks more often than this, wherever the store lies. */
const PAUSE_BETWEEN_TURNS_MS = 400;

/** The last of what has arrived. */
export interface Arrived extends CommitResult {
  readonly arrival: Arrival;
}

/**
 * Commits what `decide` says of the newest head, and what it says of that, in a row of claims that no other writer comes
 * between; asks anew after a lost race. `undefined` if nothing is left to arrive.
 * @param onArrived told of each, in order
 * @throws StoreError as `commit`; and what `decide` and `onArrived` throw
 */
export async function commitArrivals(
  committer: Committer,
  decide: Decide,
  onArrived: (arrival: Arrival) => void,
): Promise<Arrived | undefined> {
  const arriving = { committer, drafts: new ArrivalDrafts(committer), turn: new Turn(committer) };
  try {
    for (let last: Staged | undefined, rebases = 0; ; rebases++) {
      const row = await draftRow(arriving, decide);
      const claimed = await claimRow(arriving, row ?? [], onArrived);
      last = row?.[claimed - 1] ?? last;
      if (row?.length === claimed) return last && resultOf(last, rebases);
      await arriving.drafts.forgetLost();
    }
  } catch (error) {
    if (error instanceof CallerFailure) throw error;
    throw storeErrorFrom(error, `commit to ${committer.storage.location}`);
  } finally {
    await arriving.turn.end();
    await arriving.drafts.end();
  }
}

function resultOf({ arrival, manifest }: Staged, rebases: number): Arrived {
  return { arrival, manifest, generation: arrival.generation, isNew: true, rebases };
}

/** How many of the row were claimed: all of it, unless a race was lost or it took too long. */
async function claimRow(
  arriving: Arriving,
  row: readonly Staged[],
  onArrived: (arrival: Arrival) => void,
): Promise<number> {
  const { committer, turn } = arriving;
  const { environment } = committer;
  if (row.length === 0) return 0;
  // 2. Brief lock, one for the row: a commit in between would be of another history.
  await turn.begin();
  const startedMs = environment.monotonicMs();
  for (const [place, staged] of row.entries()) {
    if (place > 0 && environment.monotonicMs() - startedMs > LONGEST_TURN_MS) {
      await turn.end();
      await environment.sleep(PAUSE_BETWEEN_TURNS_MS);
      return place;
    }
    if (!(await claimOne(arriving, staged))) return place;
    onArrived(staged.arrival);
  }
  return row.length;
}

/** False if the race was lost. The numbers are those of `docs/protocol.md`. */
async function claimOne({ committer, drafts }: Arriving, { arrival, draft, claimed }: Staged): Promise<boolean> {
  const { storage, options } = committer;
  // 3. Head check.
  if ((await storage.findHighestGeneration()) !== (arrival.base?.generation ?? 0)) return false;
  // 4. Claim: THE COMMIT POINT.
  if (!(await claim(storage, draft.staged, arrival.generation))) return false;
  await syncClaim(storage, arrival.generation);
  // 5. Confirm.
  if (!(await confirm(committer, draft.staged, claimed))) return false;
  drafts.settle(arrival);
  // 6. Swap CURRENT. It may lag, so of numbers that are only passed over just the first sets it: with none at all, each
  // look at the head of a store on object storage is a listing.
  if (arrival.kind !== 'passing' || arrival.base === undefined) {
    await raiseCurrent(storage, arrival.generation).catch((error: unknown) =>
      options.onWarning(`CURRENT was not raised to ${arrival.generation}: ${String(error)}`),
    );
  }
  return true;
}
