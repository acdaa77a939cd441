import { isStoreError, StoreError } from '../errors.js';
import { readHead } from '../head.js';
import { decodeManifest, type Manifest } from '../manifest.js';
import type { Storage } from '../storage.js';
import { readTags } from '../tags.js';
import type { KnownHistory } from './lineage.js';

/** The history of a store up to the generation that is wanted elsewhere. */
export interface SourceHistory extends KnownHistory {
  /** Those that can be opened, ascending; the last one is `newest`. */
  readonly generations: readonly Manifest[];
}

/**
 * Reads the manifests of a history.
 * @param wanted the newest generation if it is `undefined`
 * @throws StoreError GENERATION_NOT_FOUND (also in an empty store), GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function readSourceHistory(storage: Storage, wanted: number | undefined): Promise<SourceHistory> {
  const generation = wanted ?? (await readHead(storage))?.generation;
  if (generation === undefined) throw nothingToPull(storage);
  const tagged = new Set((await readTags(storage)).map((tag) => tag.generation));
  const known = new Map<number, Manifest>();
  const generations: Manifest[] = [];
  for (const number of await storage.listGenerations()) {
    if (number > generation) break;
    const found = await storage.readManifest(number);
    const manifest = found && decodeUnlessDamaged(found.bytes, number, number === generation);
    if (found === undefined || manifest === undefined) continue;
    known.set(number, manifest);
    if (!found.isRetired || tagged.has(number)) generations.push(manifest);
  }
  const newest = generations.at(-1);
  if (newest?.generation !== generation) throw await explainAbsence(storage, generation);
  return { newest, generations, find: (number) => known.get(number) };
}

/** An older generation that is damaged does not come; nothing can stand in for the one that is wanted. */
function decodeUnlessDamaged(bytes: Uint8Array, number: number, isWanted: boolean): Manifest | undefined {
  try {
    return decodeManifest(bytes, number);
  } catch (error) {
    if (isWanted || !isStoreError(error, 'GENERATION_DAMAGED')) throw error;
    return undefined;
  }
}

function nothingToPull(storage: Storage): StoreError {
  return new StoreError('GENERATION_NOT_FOUND', `pull from ${storage.location}: the store has no generation yet`, {
    remedy: 'Pull from it once something was committed.',
  });
}

async function explainAbsence(storage: Storage, generation: number): Promise<StoreError> {
  const highest = await storage.findHighestGeneration();
  const remedy = 'The history lists the generations that can be pulled.';
  if (generation <= highest)
    return new StoreError('GENERATION_EXPIRED', `generation ${generation}: it was collected`, { remedy });
  const text = `generation ${generation}: there is no such generation, the newest is ${highest}`;
  return new StoreError('GENERATION_NOT_FOUND', text, { remedy });
}
