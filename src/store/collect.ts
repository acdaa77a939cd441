/** Collecting, in five steps and in this order only; `docs/protocol.md` says what each other order breaks. */
import { type CollectionPlan, type GenerationSpace, planCollection } from './collection-plan.js';
import type { Environment } from './environment.js';
import { DENIED_CODES, isSystemError } from './errors.js';
import { isStillHead } from './head.js';
import { listGenerations } from './listed-generations.js';
import type { Durability, Retention } from './options.js';
import { readPins } from './pins.js';
import type { Retirement } from './retention.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';
import { makeDurable } from './unsynced.js';

/** What collecting did, or would do. */
export interface CollectResult {
  /** Generations taken out of the history, ascending. */
  readonly retired: readonly number[];
  /** Generations left in the history, ascending. */
  readonly kept: readonly number[];
  /** Those of `kept` that were to go and that another user has made, ascending: this one may not retire them. */
  readonly denied: readonly number[];
  /** Bytes deleted, or, of a dry run, what those that would go would free; both count what is shared once. */
  readonly freedBytes: number;
  /** Those that go, ascending, with the reason and what each frees once those before it are gone. */
  readonly retirements: readonly Retirement[];
  /** What the generations that stay cost and why they stay, ascending; also retired ones that a tag or a pin keeps. */
  readonly remaining: readonly GenerationSpace[];
  /** Bytes that the history occupies afterwards: files and manifests, what is shared counted once. */
  readonly totalBytes: number;
}

/** How to collect. */
export interface CollectRules {
  readonly retention: Retention;
  readonly durability: Durability;
  /** Only say what would be retired. */
  readonly dryRun: boolean;
  /** Hears what this user may not delete; the rest goes all the same. */
  readonly onWarning?: (message: string) => void;
}

/** Retires what retention lets go and deletes what nothing refers to any more. */
export async function collect(storage: Storage, environment: Environment, rules: CollectRules): Promise<CollectResult> {
  const plan = await planCollection(storage, environment, rules.retention);
  if (rules.dryRun) {
    return describe(plan, { denied: [], freedBytes: bytesOf(plan.retirements) });
  }
  // What replaces a generation must be on the disk before that generation goes.
  if (plan.retirements.length > 0) await makeDurable(storage, plan.newest);
  // (a) Retire: final, never the head.
  const denied: number[] = [];
  for (const { generation } of plan.retirements)
    await unlessDenied(
      rules,
      `generation ${generation}`,
      () => storage.retire(generation),
      () => denied.push(generation),
    );
  // (b) Observe what is retired.
  const retired = await observeRetired(storage);
  // What a power cut takes back must not have lost files by then.
  await storage.syncRetirements(retired);
  // (c) List the pins, only now: who pinned later has seen (a) and refrains.
  const pinned = await listPinned(storage);
  // (d) Mark the files of every generation that is not in (b), or is pinned, by a fresh look at the directory.
  const observed = { retired, pinned };
  const marks = await mark(storage, observed);
  // (e) Sweep, up to the head seen before (a); what came later is not ours to judge.
  const freedBytes = await sweep(storage, { ...observed, ...marks, rules }, plan.head);
  return describe(plan, { denied, freedBytes });
}

/** Does `action`; where this user may not, because another one has made it, that is told and is no reason to stop. */
async function unlessDenied<T>(
  { onWarning }: CollectRules,
  what: string,
  action: () => Promise<T>,
  otherwise: () => unknown = () => {},
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!isSystemError(error, ...DENIED_CODES)) throw error;
    onWarning?.(
      `${what}: another user made it, and this one may not delete it (${String(error)}); the rest is collected`,
    );
    otherwise();
    return undefined;
  }
}

function describe(
  plan: CollectionPlan,
  { denied, freedBytes }: { readonly denied: readonly number[]; readonly freedBytes: number },
): CollectResult {
  const retirements = plan.retirements.filter(({ generation }) => !denied.includes(generation));
  const stayingBytes = bytesOf(plan.retirements) - bytesOf(retirements);
  return {
    retired: retirements.map(({ generation }) => generation),
    kept: [...plan.kept, ...denied].sort((a, b) => a - b),
    denied,
    freedBytes,
    retirements,
    remaining: plan.remaining,
    totalBytes: plan.totalBytes + stayingBytes,
  };
}

function bytesOf(retirements: readonly Retirement[]): number {
  return retirements.reduce((sum, { freedBytes }) => sum + freedBytes, 0);
}

async function observeRetired(storage: Storage): Promise<ReadonlySet<number>> {
  const retired = new Set<number>();
  const generations = await storage.listGenerations();
  for (const generation of generations) {
    if ((await storage.readManifest(generation))?.isRetired !== true) continue;
    // The head never goes, whatever it says of itself.
    if (!(await isStillHead(storage, generation, generations))) retired.add(generation);
  }
  return retired;
}

async function listPinned(storage: Storage): Promise<ReadonlySet<number>> {
  const pins = (await readPins(storage)).map((pin) => pin.generation);
  const tags = (await readTags(storage)).map((tag) => tag.generation);
  return new Set([...pins, ...tags]);
}

interface Observed {
  readonly retired: ReadonlySet<number>;
  readonly pinned: ReadonlySet<number>;
}

interface Marks {
  /** Names to keep, by owner. */
  readonly files: ReadonlyMap<number, ReadonlySet<string>>;
  /** Everything owned by generations up to this one stays: a generation here cannot say what it refers to. */
  readonly keepAllUpTo: number;
}

async function mark(storage: Storage, { retired, pinned }: Observed): Promise<Marks> {
  const files = new Map<number, Set<string>>();
  let keepAllUpTo = 0;
  for (const { generation, manifest } of await listGenerations(storage)) {
    if (retired.has(generation) && !pinned.has(generation)) continue;
    if (manifest === undefined) keepAllUpTo = generation;
    for (const [name, { owner }] of manifest?.files ?? []) {
      const names = files.get(owner) ?? new Set();
      files.set(owner, names.add(name));
    }
  }
  return { files, keepAllUpTo };
}

async function sweep(
  storage: Storage,
  { retired, pinned, files, keepAllUpTo, rules }: Observed & Marks & { readonly rules: CollectRules },
  head: number,
): Promise<number> {
  let freedBytes = 0;
  for (const generation of await storage.listGenerations()) {
    // A generation without files of its own is nothing but its manifest, which says what whoever has pinned it reads.
    // Whether it may go is for (b) and (c) to say: who has retired it since has seen pins that are not in (c).
    if (!retired.has(generation) || pinned.has(generation)) continue;
    if (generation > head || generation <= keepAllUpTo) continue;
    const keep = files.get(generation) ?? new Set<string>();
    const sweeping = (): Promise<number> => storage.sweepGeneration(generation, keep);
    freedBytes += (await unlessDenied(rules, `generation ${generation}`, sweeping)) ?? 0;
  }
  await unlessDenied(rules, 'trash', () => storage.emptyTrash());
  return freedBytes;
}
