/** Going back to an older generation, and going on from there. */
import type { Hold, Manifest } from './manifest.js';
import { type Base, type Plan, type Planner, planCopy } from './plan.js';
import { Snapshot } from './snapshot.js';
import type { Storage } from './storage.js';

/** What is restored and how. */
export interface Rollback {
  /** Pinned by the caller until the commit is done. */
  readonly target: Manifest;
  readonly hold: Hold | null;
  readonly reason: string;
  /** Throws if the pin was lost. */
  readonly guard?: () => Promise<void>;
}

/**
 * The plan of a rollback, after every file of its target was compared with its checksum: damage must not become the
 * newest generation.
 * @throws StoreError GENERATION_DAMAGED, which names the file
 */
export async function prepareRollback(storage: Storage, rollback: Rollback): Promise<Planner> {
  const { target, hold, reason, guard } = rollback;
  const snapshot = new Snapshot(storage, target);
  for (const name of snapshot.files.keys()) await snapshot.read(name);
  // Only `resume` ends a hold that somebody asked for.
  return async (base) => {
    const plan = planCopy(target, { operation: 'rollback', reason, hold: hold ?? base.manifest?.hold ?? null });
    return guard === undefined ? plan : { ...plan, guard };
  };
}

/** The same content without a hold; nothing to do where there is none. */
export async function planResume(base: Base): Promise<Plan | undefined> {
  if (base.manifest?.hold == null) return undefined;
  return planCopy(base.manifest, { operation: 'resume', reason: 'resumed', hold: null });
}
