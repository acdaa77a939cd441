/** Pins: generations that somebody reads, which collecting leaves alone. */
import { isStoreError, noGenerationYet, StoreError } from './errors.js';
import { readHead } from './head.js';
import { isKnownAbove } from './lineage.js';
import { decodeManifest, type Manifest } from './manifest.js';
import { generationName, parseGenerationName } from './names.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';

/** A pin's name says everything, so that even an empty record holds: `<generation>-<instance>-<counter>`. */
const PIN_PATTERN = /^(\d{10})-([0-9a-f]{16})-\d+$/;

/** The generation that a pin holds, or `undefined` for a name this store never makes. */
export function pinnedGeneration(id: string): number | undefined {
  const digits = PIN_PATTERN.exec(id)?.[1];
  return digits === undefined ? undefined : parseGenerationName(digits);
}

/** The instance that a pin belongs to. */
export function pinOwner(id: string): string | undefined {
  return PIN_PATTERN.exec(id)?.[2];
}

/** A record that holds a generation. */
export interface PinRecord {
  readonly id: string;
  readonly generation: number;
}

/** All pins. @throws StoreError STORE_DAMAGED where something else stands in the place of one */
export async function readPins(storage: Storage): Promise<readonly PinRecord[]> {
  const pins: PinRecord[] = [];
  for (const { id } of await storage.listRecords('pins')) {
    const generation = pinnedGeneration(id);
    if (generation === undefined) continue;
    // There is nothing in it to read; whoever takes the pin away meanwhile needs the generation no more.
    if ((await storage.readRecord('pins', id)) !== undefined) pins.push({ id, generation });
  }
  return pins;
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
    // 2. to 5. in it
    return { manifest: await readKept(storage, generation), unpin };
  } catch (error) {
    await unpin();
    throw error;
  }
}

/** The manifest of a generation that is in the history, or is kept by a tag. */
export async function readKept(storage: Storage, generation: number): Promise<Manifest> {
  // 2. check, 3. read
  const found = await readUnlessRetired(storage, generation);
  const manifest = decodeManifest(found.bytes, generation);
  // A tag was set while the generation was pinned and not retired, so it has protected the files ever since.
  if (found.isTagged) return manifest;
  // 4. Was it ever committed?
  if (!(await isCommitted(storage, manifest))) throw expired(generation);
  // 5. Look again: whoever claimed a dead number takes it back before committing elsewhere, where the head knows it.
  const again = await readUnlessRetired(storage, generation);
  if (Buffer.compare(again.bytes, found.bytes) !== 0) throw expired(generation);
  return manifest;
}

async function readUnlessRetired(
  storage: Storage,
  generation: number,
): Promise<{ readonly bytes: Uint8Array; readonly isTagged: boolean }> {
  const found = await storage.readManifest(generation);
  if (found === undefined) throw await explainAbsence(storage, generation);
  const isTagged = (await readTags(storage)).some((tag) => tag.generation === generation);
  if (found.isRetired && !isTagged) throw expired(generation);
  return { bytes: found.bytes, isTagged };
}

/**
 * False for a number that was collected and claimed again by a writer that slept and has not noticed yet. A generation
 * that was committed is the head, is the parent of the next one, or is known to the head as its writer's last commit or
 * one before; only one whose successor was collected and whose writer is long gone cannot prove it.
 */
async function isCommitted(storage: Storage, manifest: Manifest): Promise<boolean> {
  const { generation } = manifest;
  const head = await readIfIntact(() => readHead(storage));
  // Nobody knows more where the head is damaged, and a rollback is the way out.
  if (head === undefined || head.generation <= generation) return true;
  const found = await storage.readManifest(generation + 1);
  const next = found && (await readIfIntact(async () => decodeManifest(found.bytes, generation + 1)));
  return isKnownAbove(manifest, { next, head });
}

async function readIfIntact<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED')) return undefined;
    throw error;
  }
}

async function explainAbsence(storage: Storage, generation: number): Promise<StoreError> {
  const highest = await storage.findHighestGeneration();
  if (highest === 0) return noGenerationYet(`generation ${generation}`);
  if (generation >= 1 && generation <= highest) return expired(generation);
  const text = `generation ${generation}: there is no such generation, the newest is ${highest}`;
  return new StoreError('GENERATION_NOT_FOUND', text, {
    remedy: 'The history lists the generations that can be opened.',
  });
}

function expired(generation: number): StoreError {
  return new StoreError('GENERATION_EXPIRED', `generation ${generation}: it was collected`, {
    remedy: 'The history lists the generations that are left; a tag keeps one for good.',
  });
}
