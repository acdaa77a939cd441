/** What is done about a head that a power cut has left incomplete. */
import { StoreError } from './errors.js';
import { readNewestIntact } from './head.js';
import { type Manifest, sha256 } from './manifest.js';
import { type Base, type Plan, planCopy } from './plan.js';
import type { Storage } from './storage.js';
import { findUnsynced } from './unsynced.js';

/**
 * Compares the files that a generation may have been claimed without: those written by generations that were visible
 * before they were durable. Everything else was on the disk before its claim.
 * @throws StoreError GENERATION_DAMAGED
 */
export async function requireDurableContent(storage: Storage, manifest: Manifest): Promise<void> {
  if (manifest.unsynced.length === 0) return;
  const present = new Set(await storage.listGenerations());
  // A generation that is gone was collected after it was synced, or its claim did not reach the disk; the second says
  // nothing about older ones, and the files that others refer to went with it.
  const gone = manifest.unsynced.filter((generation) => !present.has(generation));
  const left = manifest.unsynced.filter((generation) => present.has(generation));
  const open = new Set([...gone, ...(await findUnsynced(storage, { unsynced: left }))]);
  for (const [name, entry] of manifest.files) {
    if (!open.has(entry.owner)) continue;
    const file = await storage.openFile({ owner: entry.owner, name });
    const bytes = file?.read(0, file.sizeBytes);
    file?.close();
    if (bytes !== undefined && sha256(bytes) === entry.sha256) continue;
    const text = `generation ${manifest.generation}: file ${JSON.stringify(name)} did not reach the disk`;
    throw new StoreError('GENERATION_DAMAGED', text, {
      remedy: 'The newest complete generation is served in its place.',
    });
  }
}

/** True if the machine may have lost power since the head was committed: it says so itself where there are boot ids. */
export function mayHaveLostPower(head: Manifest, bootId: string): boolean {
  return head.unsynced.length > 0 && (head.writer.bootId === '' || head.writer.bootId !== bootId);
}

/** A base to recover on: the number of the damaged head, and the newest generation that is complete. */
export async function readRecoveryBase(storage: Storage): Promise<Base> {
  const { manifest, highest } = await readNewestIntact(storage, (found) => requireDurableContent(storage, found));
  return { generation: highest, manifest };
}

/** Restores the newest complete generation above a damaged head; nothing to do if the head is complete. */
export async function planRecovery(base: Base): Promise<Plan | undefined> {
  if (base.generation === (base.manifest?.generation ?? 0)) return undefined;
  const reason = `generation ${base.generation} was not complete, restored ${base.manifest?.generation ?? 'nothing'}`;
  return planCopy(base.manifest, { operation: 'recover', reason, hold: base.manifest?.hold ?? null });
}
