/** What collecting would do now: which generations go, which stay, why, and what each costs. Changes nothing. */
import { Breath } from './breath.js';
import type { Environment } from './environment.js';
import { type Keeper, readKeepers } from './keepers.js';
import { type ListedGeneration, listGenerations } from './listed-generations.js';
import type { Manifest } from './manifest.js';
import type { Retention } from './options.js';
import { chooseRetired, isYoung, type RetentionCandidate, type Retirement } from './retention.js';
import { SpaceLedger } from './space-ledger.js';
import type { Storage } from './storage.js';

/** What a generation that stays costs, and why it stays. */
export interface GenerationSpace {
  readonly generation: number;
  /** ISO 8601; `undefined` for a damaged one. */
  readonly createdAt: string | undefined;
  /** Bytes that would be free if it alone went. 0 for a damaged one, which cannot say what is its own. */
  readonly ownBytes: number;
  /** Bytes that it needs and that would stay without it, for other generations need them too. */
  readonly sharedBytes: number;
  readonly keptBy: readonly Keeper[];
}

/** What collecting would do. */
export interface CollectionPlan {
  /** The highest number in the directory; 0 if there is none. */
  readonly head: number;
  /** The newest generation that can be read, which readers are given. */
  readonly newest: Manifest | undefined;
  /** Ascending, which is the order in which they go. */
  readonly retirements: readonly Retirement[];
  /** Numbers left in the history, ascending. */
  readonly kept: readonly number[];
  /** What the generations that stay cost, ascending; retired ones that a tag or a pin keeps are among them. */
  readonly remaining: readonly GenerationSpace[];
  /** Bytes that the history occupies without those that go: files and manifests, what is shared counted once. */
  readonly totalBytes: number;
}

/** Plans a collecting by this retention. @throws StoreError STORE_FORMAT_NEWER, STORE_DAMAGED (a damaged tag or pin), IO_FAILED */
export async function planCollection(
  storage: Storage,
  environment: Environment,
  retention: Retention,
): Promise<CollectionPlan> {
  const listed = await listGenerations(storage);
  const keepers = await readKeepers(storage, environment);
  const unretired = listed.filter((one) => !one.isRetired);
  const manifests = await decodeAll(unretired);
  // A damaged generation is evidence, and no substitute for an intact one: it is neither counted nor retired.
  const history = manifests.map(({ generation, createdAt }) => ({ generation, createdAtMs: Date.parse(createdAt) }));
  const ledger = openLedger(listed, keepers);
  const isProtected = (generation: number): boolean => keepers.has(generation);
  const rules = { retention, isProtected, nowMs: environment.now() };
  const retirements = chooseRetired(history, ledger, rules);
  const gone = new Set(retirements.map(({ generation }) => generation));
  const isTooLarge = ledger.totalBytes > (retention.maximumTotalBytes ?? Number.POSITIVE_INFINITY);
  // Its number keeps no generation of a history that is too large.
  const policy = keepersByPolicy(history, rules, isTooLarge ? 1 : retention.keepGenerations);
  return {
    head: listed.at(-1)?.generation ?? 0,
    newest: manifests.at(-1),
    retirements,
    kept: unretired.map(({ generation }) => generation).filter((generation) => !gone.has(generation)),
    remaining: listed
      .filter(({ generation, isRetired }) => !gone.has(generation) && (!isRetired || keepers.has(generation)))
      .map((one) =>
        describe(one, ledger, [...(policy.get(one.generation) ?? []), ...(keepers.get(one.generation) ?? [])]),
      ),
    totalBytes: ledger.totalBytes,
  };
}

/** The manifests that can be read. Many take longer than a process that also answers may be away. */
async function decodeAll(listed: readonly ListedGeneration[]): Promise<readonly Manifest[]> {
  const breath = new Breath();
  const manifests: Manifest[] = [];
  for (const { manifest } of listed) {
    if (manifest !== undefined) manifests.push(manifest);
    await breath.take();
  }
  return manifests;
}

function openLedger(listed: readonly ListedGeneration[], keepers: ReadonlyMap<number, unknown>): SpaceLedger {
  const holders = listed.map((one) => {
    const isHolding = !one.isRetired || keepers.has(one.generation);
    return { ...one, files: isHolding ? (one.manifest?.files ?? new Map()) : undefined };
  });
  const damaged = listed.findLast((one, index) => holders[index]?.files !== undefined && one.manifest === undefined);
  return new SpaceLedger(holders, damaged?.generation);
}

/** What keeps generations by itself, without anybody's tag or pin. */
function keepersByPolicy(
  history: readonly RetentionCandidate[],
  rules: { readonly retention: Retention; readonly nowMs: number },
  newest: number,
): ReadonlyMap<number, readonly Keeper[]> {
  return new Map(
    history.map(({ generation }, index): [number, readonly Keeper[]] => {
      if (index === history.length - 1) return [generation, [{ by: 'head' }]];
      if (isYoung(history, index, rules)) return [generation, [{ by: 'minimumAge' }]];
      return [generation, index >= history.length - newest ? [{ by: 'keepGenerations' }] : []];
    }),
  );
}

function describe(one: ListedGeneration, ledger: SpaceLedger, keptBy: readonly Keeper[]): GenerationSpace {
  const { generation, manifest } = one;
  return {
    generation,
    createdAt: manifest?.createdAt,
    ownBytes: manifest === undefined ? 0 : ledger.ownBytes(generation),
    sharedBytes: manifest === undefined ? 0 : ledger.sharedBytes(generation),
    keptBy: manifest === undefined ? [{ by: 'damage' }, ...keptBy] : keptBy,
  };
}
