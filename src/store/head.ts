/** Finding the head. `docs/protocol.md` numbers the steps. */
import { DAMAGED_GENERATION_REMEDY, isStoreError, LOST_HISTORY_REMEDY, StoreError } from './errors.js';
import { decodeManifest, type Manifest } from './manifest.js';
import type { Storage } from './storage.js';

/**
 * The manifest of the newest generation, or `undefined` while there is none.
 * @throws StoreError GENERATION_DAMAGED if its manifest cannot be read.
 */
export async function readHead(storage: Storage): Promise<Manifest | undefined> {
  for (;;) {
    // 1. The highest number in the directory; `CURRENT` may lag behind it.
    const generation = await storage.findHighestGeneration();
    if (generation === 0) return undefined;
    // 2. Its manifest.
    const found = await storage.readManifest(generation);
    // 3. Still the head? Between the look and the read, a number can be collected and claimed again by a sleeper.
    if ((await storage.findHighestGeneration()) !== generation) continue;
    if (found === undefined) throw missingManifest(generation);
    if (found.isRetired) throw retiredHead(generation);
    return decodeManifest(found.bytes, generation);
  }
}

/**
 * Whether a generation that was found retired is the head, which no collecting retires: a file of it was renamed, or
 * what came after it is gone. One that was superseded since `listed` is not.
 * @param listed ascending, read before it was found retired
 */
export async function isStillHead(storage: Storage, generation: number, listed: readonly number[]): Promise<boolean> {
  return generation === listed.at(-1) && (await storage.findHighestGeneration()) === generation;
}

/** What is wrong with a head that is retired. */
export function retiredHead(generation: number): StoreError {
  return new StoreError('GENERATION_DAMAGED', `generation ${generation}: it is the newest, and marked as retired`, {
    remedy: DAMAGED_GENERATION_REMEDY,
  });
}

/** What can be read when the head may be damaged. */
export interface IntactHead {
  /** The newest generation whose manifest is intact; `undefined` if there is none. */
  readonly manifest: Manifest | undefined;
  /** The highest number in the directory, damaged or not; 0 if there is none. */
  readonly highest: number;
  /** What is wrong with the generations above `manifest`. */
  readonly damage: readonly StoreError[];
}

/** The head; where it is damaged, the newest generation below it whose manifest can be read. */
export async function readHeadOrBelow(storage: Storage): Promise<Omit<IntactHead, 'highest'>> {
  try {
    const manifest = await readHead(storage);
    return { manifest, damage: manifest === undefined ? await findLostHistory(storage) : [] };
  } catch (error) {
    if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
    return readNewestIntact(storage);
  }
}

/**
 * What is wrong with a store that has no generation, though its pointer names one: they were taken away, for collecting
 * leaves the newest.
 */
async function findLostHistory(storage: Storage): Promise<readonly StoreError[]> {
  const current = await storage.readCurrent();
  // Somebody may have committed the first generation since the caller looked.
  if (current === undefined || (await storage.findHighestGeneration()) > 0) return [];
  const text = `generation ${current}: it is gone, and so are all others, though CURRENT names it`;
  return [new StoreError('GENERATION_DAMAGED', text, { remedy: LOST_HISTORY_REMEDY })];
}

/** The newest generation that `isIntact` accepts (by default: whose manifest can be read), and what is wrong above it. */
export async function readNewestIntact(
  storage: Storage,
  requireIntact: (manifest: Manifest) => Promise<void> = async () => {},
): Promise<IntactHead> {
  const damage: StoreError[] = [];
  const generations = await storage.listGenerations();
  for (const generation of generations.toReversed()) {
    try {
      const found = await storage.readManifest(generation);
      if (found?.isRetired === true) {
        if (await isStillHead(storage, generation, generations)) throw retiredHead(generation);
        continue;
      }
      if (found === undefined) throw missingManifest(generation);
      const manifest = decodeManifest(found.bytes, generation);
      await requireIntact(manifest);
      return { manifest, highest: generations.at(-1) ?? 0, damage };
    } catch (error) {
      if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
      damage.push(error);
    }
  }
  return { manifest: undefined, highest: generations.at(-1) ?? 0, damage };
}

/** Brings a missing, damaged or lagging pointer up to `generation`; never down to it from one that exists. */
export async function raiseCurrent(storage: Storage, generation: number): Promise<void> {
  const current = await storage.readCurrent();
  // The pointer is written after the claim, so one above every generation was never written by a commit.
  const isBehind =
    current === undefined ||
    current < generation ||
    (current > generation && current > (await storage.findHighestGeneration()));
  if (isBehind) await storage.writeCurrent(generation);
}

/** Raises the pointer without the writers' lock: whoever is slow about it must not leave it at an older head than now. */
export async function raiseToHead(storage: Storage, head: number): Promise<void> {
  for (let generation = head, newest = head; ; generation = newest) {
    await raiseCurrent(storage, generation);
    newest = await storage.findHighestGeneration();
    if (newest <= generation) return;
  }
}

function missingManifest(generation: number): StoreError {
  return new StoreError('GENERATION_DAMAGED', `generation ${generation}: its manifest is missing`, {
    remedy: DAMAGED_GENERATION_REMEDY,
  });
}
