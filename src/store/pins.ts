/** Pins: generations that somebody reads, which collecting leaves alone. */
import { StoreError } from './errors.js';
import { decodeManifest, type Manifest } from './manifest.js';
import { generationName, parseGenerationName } from './names.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';

/** A pin's name says everything, so that even an empty record holds: `<generation>-<instance>-<counter>`. */
const PIN_PATTERN = /^(\d{10})-([0-9a-z]+)-\d+$/;

/** The generation that a pin holds, or `undefined` for a name this store never makes. */
export function pinnedGeneration(id: string): number | undefined {
  const digits = PIN_PATTERN.exec(id)?.[1];
  return digits === undefined ? undefined : parseGenerationName(digits);
}

/** The instance that a pin belongs to. */
export function pinOwner(id: string): string | undefined {
  return PIN_PATTERN.exec(id)?.[2];
}

/** A generation that stays until it is unpinned. */
export interface Pinned {
  readonly manifest: Manifest;
  unpin(): Promise<void>;
}

/**
 * Pins a generation, then looks whether it is still there: in this order, so that a collector that missed the pin has
 * retired the generation before we look.
 * @param owner `<instance>-<counter>`, unique
 * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function pin(storage: Storage, generation: number, owner: string): Promise<Pinned> {
  // 1. pin
  const id = `${generationName(generation)}-${owner}`;
  const unpin = (): Promise<void> => storage.removeRecord('pins', id, { sync: false });
  try {
    await storage.writeRecord('pins', id, new Uint8Array(), { replace: false, sync: false });
    // 2. check, 3. read
    return { manifest: await readKept(storage, generation), unpin };
  } catch (error) {
    await unpin();
    throw error;
  }
}

/** The manifest of a generation that is in the history, or is kept by a tag. */
export async function readKept(storage: Storage, generation: number): Promise<Manifest> {
  const found = await storage.readManifest(generation);
  if (found === undefined) throw await explainAbsence(storage, generation);
  // A tag was set while the generation was pinned and not retired, so it has protected the files ever since.
  if (found.isRetired && !(await readTags(storage)).some((tag) => tag.generation === generation))
    throw expired(generation);
  return decodeManifest(found.bytes, generation);
}

async function explainAbsence(storage: Storage, generation: number): Promise<StoreError> {
  const highest = await storage.findHighestGeneration();
  if (generation >= 1 && generation <= highest) return expired(generation);
  const text = `generation ${generation}: there is no such generation, the newest is ${highest}`;
  return new StoreError('GENERATION_NOT_FOUND', text, {
    remedy: '`history` lists the generations that can be opened.',
  });
}

function expired(generation: number): StoreError {
  return new StoreError('GENERATION_EXPIRED', `generation ${generation}: it was collected`, {
    remedy: '`history` lists the generations that are left; a tag keeps one for good.',
  });
}
