/** Collecting, in five steps and in this order only; `docs/protocol.md` says what each other order breaks. */
import type { Environment } from './environment.js';
import { isStoreError } from './errors.js';
import { decodeManifest, type Manifest } from './manifest.js';
import type { Durability, Retention } from './options.js';
import { pinnedGeneration } from './pins.js';
import { chooseRetired } from './retention.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';
import { syncOpenGenerations } from './unsynced.js';

/** What collecting did, or would do. */
export interface CollectResult {
  /** Generations taken out of the history. */
  readonly retired: readonly number[];
  /** Generations left in the history. */
  readonly kept: readonly number[];
  readonly freedBytes: number;
}

/** How to collect. */
export interface CollectRules {
  readonly retention: Retention;
  readonly durability: Durability;
  /** Only say what would be retired. */
  readonly dryRun: boolean;
}

interface Listed {
  readonly generation: number;
  readonly isRetired: boolean;
  /** `undefined` if the manifest cannot be read. */
  readonly manifest: Manifest | undefined;
}

/** Retires what retention lets go and deletes what nothing refers to any more. */
export async function collect(storage: Storage, environment: Environment, rules: CollectRules): Promise<CollectResult> {
  const before = await listGenerations(storage);
  const head = before.at(-1)?.generation ?? 0;
  const history = before.filter((listed) => !listed.isRetired);
  const chosen = await choose(storage, environment, history, rules.retention);
  const kept = history.map((listed) => listed.generation).filter((generation) => !chosen.includes(generation));
  if (rules.dryRun) return { retired: chosen, kept, freedBytes: 0 };

  // What replaces a generation must be on the disk before that generation goes.
  if (chosen.length > 0) await syncOpenGenerations(storage, history.findLast((listed) => listed.manifest)?.manifest);
  // (a) Retire: final, never the head.
  for (const generation of chosen) await storage.retire(generation);
  // (b) Observe what is retired.
  const retired = await observeRetired(storage);
  // What a power cut takes back must not have lost files by then.
  await storage.syncRetirements(retired);
  // (c) List the pins, only now: who pinned later has seen (a) and refrains.
  const pinned = await listPinned(storage);
  // (d) Mark the files of every generation that is not in (b), or is pinned, by a fresh look at the directory.
  const marks = await mark(storage, { retired, pinned });
  // (e) Sweep, up to the head seen before (a); what came later is not ours to judge.
  const freedBytes = await sweep(storage, marks, head);
  return { retired: chosen, kept, freedBytes };
}

async function choose(
  storage: Storage,
  environment: Environment,
  history: readonly Listed[],
  retention: Retention,
): Promise<readonly number[]> {
  const pinned = await listPinned(storage);
  // A damaged generation is evidence, and no substitute for an intact one: it is neither counted nor retired.
  const candidates = history.flatMap(({ generation, manifest }) =>
    manifest === undefined ? [] : [{ generation, createdAtMs: Date.parse(manifest.createdAt) }],
  );
  return chooseRetired(candidates, {
    retention,
    nowMs: environment.now(),
    isProtected: (generation) => pinned.has(generation),
  });
}

async function listGenerations(storage: Storage): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const generation of await storage.listGenerations()) {
    const found = await storage.readManifest(generation);
    // Collected between the listing and the look; or a damaged one, which keeps everything that it may refer to.
    listed.push({
      generation,
      isRetired: found?.isRetired ?? false,
      // Decoded when asked for: of the retired ones, of which there can be many, hardly any manifest is needed.
      get manifest() {
        return found === undefined ? undefined : readIfIntact(found.bytes, generation);
      },
    });
  }
  return listed;
}

async function observeRetired(storage: Storage): Promise<ReadonlySet<number>> {
  const retired = new Set<number>();
  for (const generation of await storage.listGenerations()) {
    if ((await storage.readManifest(generation))?.isRetired === true) retired.add(generation);
  }
  return retired;
}

function readIfIntact(bytes: Uint8Array, generation: number): Manifest | undefined {
  try {
    return decodeManifest(bytes, generation);
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED')) return undefined;
    throw error;
  }
}

async function listPinned(storage: Storage): Promise<ReadonlySet<number>> {
  const pins = (await storage.listRecords('pins')).flatMap((entry) => pinnedGeneration(entry.id) ?? []);
  const tags = (await readTags(storage)).map((tag) => tag.generation);
  return new Set([...pins, ...tags]);
}

interface Marks {
  /** Names to keep, by owner. */
  readonly files: ReadonlyMap<number, ReadonlySet<string>>;
  /** Everything owned by generations up to this one stays: a generation here cannot say what it refers to. */
  readonly keepAllUpTo: number;
}

async function mark(
  storage: Storage,
  observed: { readonly retired: ReadonlySet<number>; readonly pinned: ReadonlySet<number> },
): Promise<Marks> {
  const files = new Map<number, Set<string>>();
  let keepAllUpTo = 0;
  for (const { generation, manifest } of await listGenerations(storage)) {
    if (observed.retired.has(generation) && !observed.pinned.has(generation)) continue;
    if (manifest === undefined) keepAllUpTo = generation;
    for (const [name, { owner }] of manifest?.files ?? []) {
      const names = files.get(owner) ?? new Set();
      files.set(owner, names.add(name));
    }
  }
  return { files, keepAllUpTo };
}

async function sweep(storage: Storage, marks: Marks, head: number): Promise<number> {
  let freedBytes = 0;
  for (const generation of await storage.listGenerations()) {
    if (generation > head || generation <= marks.keepAllUpTo) continue;
    freedBytes += await storage.sweepGeneration(generation, marks.files.get(generation) ?? new Set());
  }
  await storage.emptyTrash();
  return freedBytes;
}
