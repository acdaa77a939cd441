/** Making a draft a generation, and finding out whether that counted: steps 4 and 5 of a commit. */
import type { Committer } from './committer.js';
import { isSystemError, StoreError } from './errors.js';
import { readHead } from './head.js';
import type { Manifest } from './manifest.js';
import type { StagedDraft } from './staged-draft.js';
import type { Storage } from './storage.js';

/**
 * Step 4. Whether the draft became `generation`; false if another did.
 * @throws StoreError NO_SPACE, IO_FAILED: the draft is still a draft
 */
export async function claim(storage: Storage, draft: StagedDraft, generation: number): Promise<boolean> {
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

/** The end of step 4 for a durable commit. @throws StoreError OUTCOME_UNKNOWN if the disk did not confirm the claim */
export async function syncClaim(storage: Storage, generation: number): Promise<void> {
  try {
    await storage.syncClaims();
  } catch (error) {
    throw new StoreError(
      'OUTCOME_UNKNOWN',
      `generation ${generation}: it is visible, but the disk did not confirm it`,
      {
        remedy: 'Check the disk. The change is in the store now and may not survive a power cut; do not repeat it.',
        cause: error,
      },
    );
  }
}

/**
 * Step 5. Whether our claim counts; if it does not, it is taken back.
 * @throws StoreError OUTCOME_UNKNOWN if nobody can tell
 */
export async function confirm(committer: Committer, draft: StagedDraft, claimed: Manifest): Promise<boolean> {
  const { storage } = committer;
  const verdict = await findVerdict(storage, draft, claimed);
  if (verdict === 'committed') return true;
  if (verdict !== 'dead') throw outcomeUnknown(claimed, verdict.cause);
  if (!(await committer.isRegistered(claimed.writer.instance))) throw outcomeUnknown(claimed, undefined);
  if (await isOurs(storage, draft, claimed.generation)) await storage.retract(claimed.generation, draft.name);
  // While it stood there a collector may have taken files out of it, so it cannot be claimed with again.
  await draft.discard();
  return false;
}

/** The head, or the head's writer table, knows what became of a claim; if neither can be read, nobody does. */
async function findVerdict(
  storage: Storage,
  draft: StagedDraft,
  claimed: Manifest,
): Promise<'committed' | 'dead' | { readonly cause: unknown }> {
  try {
    const isHead = (await storage.findHighestGeneration()) === claimed.generation;
    if (isHead && (await isOurs(storage, draft, claimed.generation))) return 'committed';
    const head = await readHead(storage);
    // The id that it was drafted under: this open store may have got another since.
    return head?.writers.get(claimed.writer.instance)?.nonce === claimed.nonce ? 'committed' : 'dead';
  } catch (cause) {
    return { cause };
  }
}

function outcomeUnknown(claimed: Manifest, cause: unknown): StoreError {
  const text = `generation ${claimed.generation}: nobody can tell whether the change was committed`;
  return new StoreError('OUTCOME_UNKNOWN', text, {
    remedy:
      'Look at the newest generation: if it shows the change, it counts; if not, make it again. Either the newest generation cannot be read, or this process slept so long that others took it for dead.',
    cause,
  });
}
