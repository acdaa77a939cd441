/** What arrives together: all of it is drafted before the first of it is claimed. */
import type { Committer } from '../committer.js';
import { isSystemError } from '../errors.js';
import { readHead } from '../head.js';
import type { Manifest } from '../manifest.js';
import type { Turn } from '../turn.js';
import { syncOpenGenerations } from '../unsynced.js';
import { type Arrival, type Arriver, contentOf, manifestOf, missingFiles } from './arrival.js';
import type { ArrivalDraft, FileSource } from './arrival-draft.js';
import type { ArrivalDrafts } from './arrival-drafts.js';

/** So many numbers arrive together at most: each is a draft, and time for which other writers wait. */
const LONGEST_ROW = 100;

/** What arrives next, and where its files come from. */
export interface NextArrival {
  readonly arrival: Arrival;
  /** `undefined` for one that brings no files. */
  readonly source: FileSource | undefined;
}

/** Says what arrives on `base`, be it the head or what is to be claimed before; `undefined` if nothing does. */
export type Decide = (base: Manifest | undefined) => Promise<NextArrival | undefined>;

/** Who commits. */
export interface Arriving {
  readonly committer: Committer;
  readonly drafts: ArrivalDrafts;
  readonly turn: Turn;
}

/** One that can be claimed. */
export interface Staged {
  readonly arrival: Arrival;
  readonly draft: ArrivalDraft;
  readonly manifest: Manifest;
  /** The same as whoever claims it stands in the table of writers: the manifest may name another as its writer. */
  readonly claimed: Manifest;
}

/**
 * Drafts what `decide` says of the head, of what that makes of it, and so on: step 1 of each commit. The answer is empty
 * if nothing is left to arrive, and `undefined` if a draft was cleared away meanwhile.
 */
export async function draftRow(arriving: Arriving, decide: Decide): Promise<readonly Staged[] | undefined> {
  const { committer, drafts } = arriving;
  const { storage } = committer;
  try {
    const head = await readHead(storage);
    const row: Staged[] = [];
    while (!isLong(row)) {
      const next = await decide(row.length === 0 ? head : row.at(-1)?.manifest);
      if (next === undefined) break;
      row.push(await fill(arriving, next));
    }
    if (row.length > 0) await syncOpenGenerations(storage, head, { isBase: true });
    // Only now: of a draft that has a manifest nothing is left for the next pull.
    for (const { draft, manifest } of row) await draft.describe(manifest);
    return row;
  } catch (error) {
    if (isSystemError(error, 'ENOENT') && (await drafts.hasLost())) return undefined;
    throw error;
  }
}

/** A number that is passed over where nothing has arrived yet shows nobody anything new, so each is claimed by itself. */
function isLong(row: readonly Staged[]): boolean {
  return row[0]?.arrival.kind === 'passing' || row.at(-1)?.arrival.kind === 'on-top' || row.length >= LONGEST_ROW;
}

async function fill({ committer, drafts, turn }: Arriving, { arrival, source }: NextArrival): Promise<Staged> {
  const { environment, instance, client } = committer;
  const draft = drafts.draftOf(arrival);
  const missing = missingFiles(arrival);
  // Nobody waits while files are sent.
  if (draft.lacks(missing).size > 0) await turn.end();
  await draft.bring(contentOf(arrival), missing, source);
  const { host, pid, bootId } = environment.identity();
  const arriver: Arriver = {
    draft: draft.staged.name,
    writer: { instance, client, host, pid, bootId },
    now: new Date(environment.now()).toISOString(),
  };
  const manifest = manifestOf(arrival, arriver, draft.names);
  return { arrival, draft, manifest, claimed: { ...manifest, nonce: arriver.draft, writer: arriver.writer } };
}
