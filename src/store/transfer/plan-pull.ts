/** What a pull would do, from the manifests of both sides alone. */
import { isStoreError } from '../errors.js';
import { readHead } from '../head.js';
import { decodeManifest, type Manifest } from '../manifest.js';
import type { Storage } from '../storage.js';
import { type Arrival, holdsSame, manifestOf, missingFiles } from './arrival.js';
import type { KnownHistory } from './lineage.js';
import { decideNext, type Wanted } from './next-arrival.js';
import type { PullPlanOptions } from './pull-options.js';
import { readSourceHistory } from './source-history.js';

/** What a pull came to, or would come to. */
export interface PullResult {
  /** The generation of the source that was wanted. */
  readonly pulled: number;
  /** The generation of the target that holds its content. */
  readonly generation: number;
  /** False if the target had it already: nothing was committed. */
  readonly isNew: boolean;
  /** True if the histories differ, and the content became a new generation of the target's. */
  readonly isOnTop: boolean;
  /** Generations of the target that arrived, ascending. */
  readonly arrived: readonly number[];
  /** How many numbers were passed over, which the source has collected. */
  readonly passedOver: number;
  /** Files that the target's generation before did not have. */
  readonly files: number;
  /** Bytes of those that were sent: object storage copies what it has elsewhere, and what a pull that died has left. */
  readonly sentBytes: number;
}

/**
 * Reads what is to come.
 * @throws StoreError GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function readWanted(
  source: Storage,
  target: Storage | undefined,
  options: PullPlanOptions,
): Promise<Wanted> {
  const read = await readSourceHistory(source, options.generation);
  return {
    source: read,
    coming: options.history === undefined ? read.generations : read.generations.slice(-options.history),
    isOnTop: options.onTop ?? false,
    target: target?.location ?? '',
  };
}

/** What arrives on `base`, with a look at what else is known of the target's history; `undefined` if nothing does. */
export async function decideOn(
  wanted: Wanted,
  target: Storage | undefined,
  base: Manifest | undefined,
): Promise<Arrival | undefined> {
  return decideNext(wanted, base && (await knownHistory(target, base, wanted.source.newest.generation)));
}

/** What all of `wanted` would come to. @throws StoreError HISTORIES_DIFFER, STORE_HELD */
export async function planPull(wanted: Wanted, target: Storage | undefined): Promise<PullResult> {
  const nobody = { instance: '', client: '', host: '', pid: 0, bootId: '' };
  const arrived: number[] = [];
  let [passedOver, files, sentBytes, isOnTop] = [0, 0, 0, false];
  let base = target && (await readHead(target));
  for (;;) {
    const decided: Arrival | undefined = isOnTop ? undefined : await decideOn(wanted, target, base);
    if (decided === undefined) break;
    // What is passed over is all alike.
    const generation = decided.kind === 'passing' ? lastPassed(decided) : decided.generation;
    const arrival = { ...decided, generation };
    passedOver += decided.kind === 'passing' ? generation - decided.generation + 1 : 0;
    for (const { sizeBytes } of missingFiles(arrival).values()) {
      files += 1;
      sentBytes += sizeBytes;
    }
    if (arrival.kind !== 'passing') arrived.push(generation);
    isOnTop = arrival.kind === 'on-top';
    base = manifestOf(arrival, { draft: '', writer: nobody, now: '' }, new Set());
  }
  const { generation: pulled } = wanted.source.newest;
  const isNew = arrived.length > 0;
  // Of another history: as an earlier pull has put it on top.
  const there =
    wanted.isOnTop && base !== undefined && holdsSame(base, wanted.source.newest) ? base.generation : pulled;
  const generation = arrived.at(-1) ?? there;
  return { pulled, generation, isNew, isOnTop, arrived, passedOver, files, sentBytes };
}

function lastPassed({ source, generation }: Arrival): number {
  return Math.max(generation, source.generation - 1);
}

/** All that is asked for beside the newest: the wanted generation, and the one above. */
async function knownHistory(target: Storage | undefined, newest: Manifest, wanted: number): Promise<KnownHistory> {
  const known = new Map<number, Manifest>();
  for (const number of [wanted, wanted + 1].filter((one) => one < newest.generation)) {
    const found = await target?.readManifest(number);
    const manifest = found && decodeIfIntact(found.bytes, number);
    if (manifest !== undefined) known.set(number, manifest);
  }
  return { newest, find: (number) => (number === newest.generation ? newest : known.get(number)) };
}

function decodeIfIntact(bytes: Uint8Array, generation: number): Manifest | undefined {
  try {
    return decodeManifest(bytes, generation);
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED')) return undefined;
    throw error;
  }
}
