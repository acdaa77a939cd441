/** Generations that were visible before they were durable. */
import type { Manifest } from './manifest.js';
import type { Storage } from './storage.js';

/**
 * Which of the generations that `manifest` names as open are open still. They are synced and noted oldest first, so
 * what is still open is the tail behind the last note.
 */
export async function findUnsynced(
  storage: Storage,
  manifest: Pick<Manifest, 'unsynced'> | undefined,
): Promise<readonly number[]> {
  const named = manifest?.unsynced ?? [];
  let synced = 0;
  let open = named.length;
  while (synced < open) {
    const middle = (synced + open) >>> 1;
    if (await storage.isSynced(named[middle] ?? 0)) synced = middle + 1;
    else open = middle;
  }
  return named.slice(synced);
}

/** Makes everything that `manifest` stands on durable; its own generation too, unless it is only a `base`. */
export async function syncOpenGenerations(
  storage: Storage,
  manifest: Manifest | undefined,
  options: { readonly isBase: boolean } = { isBase: false },
): Promise<void> {
  const unsynced = await findUnsynced(storage, manifest);
  if (unsynced.length > 0) await storage.syncGenerations(unsynced, options);
}

/**
 * Makes a generation that others see durable, whoever claimed it: what it stands on, and the claim itself, of which its
 * writer may not have heard from the disk yet.
 */
export async function makeDurable(storage: Storage, manifest: Manifest | undefined): Promise<void> {
  if (manifest === undefined) return;
  await syncOpenGenerations(storage, manifest);
  if (manifest.unsynced.length === 0) await storage.syncClaims();
}
