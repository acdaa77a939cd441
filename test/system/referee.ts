/** Decides whether a store kept its promises to the counters that wrote it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type Durability, processEnvironment, type Snapshot, SnapshotStore } from '../../dist/store/index.js';
import type { Counter, LogLine } from './counters.js';
import { readLog } from './counters.js';

/** What one counter was promised at one moment. */
export interface Promised {
  readonly slot: number;
  /** The last value that was acknowledged. */
  readonly acknowledged: number;
  /** The last value that a `flush` came after. */
  readonly flushed: number;
  /** Tries since `acknowledged` of which nobody knows whether they count. */
  readonly unknown: number;
  /** Tags that were acknowledged, and not to be taken away again. */
  readonly tags: readonly string[];
  readonly untagging: readonly string[];
  readonly untagged: readonly string[];
  readonly commits: number;
  /** Codes, one for each try that was refused. */
  readonly refusals: readonly string[];
}

/** What a counter has been promised up to now. @throws if two of its acknowledged commits made the same value. */
export function promisedTo(counter: Pick<Counter, 'slot' | 'log'>): Promised {
  let acknowledged = 0;
  let flushed = 0;
  let unknown = 0;
  let commits = 0;
  const texts: Record<LogLine['kind'], string[]> = {
    done: [],
    flushed: [],
    tagged: [],
    untagging: [],
    untagged: [],
    unknown: [],
    refused: [],
    closed: [],
  };
  for (const { kind, text } of readLog(counter.log)) {
    texts[kind].push(text);
    if (kind === 'unknown') unknown += 1;
    if (kind === 'flushed') flushed = Number(text);
    if (kind !== 'done') continue;
    const value = Number(text);
    // One more than before: fewer is a lost change, more is one that was applied twice.
    if (value <= acknowledged || value > acknowledged + unknown + 1)
      throw new Error(`slot ${counter.slot}: ${value} was acknowledged after ${acknowledged}`);
    acknowledged = value;
    unknown = 0;
    commits += 1;
  }
  return {
    slot: counter.slot,
    acknowledged,
    flushed,
    unknown,
    commits,
    tags: texts.tagged.filter((tag) => !texts.untagging.includes(tag)),
    untagging: texts.untagging,
    untagged: texts.untagged,
    refusals: texts.refused,
  };
}

/** After so long without a sign of life everybody is dead, and every draft of nobody old. */
const LONG_MS = 2 * 3_600_000;

export interface Circumstances {
  /** Default `durable`. */
  readonly durability?: Durability;
  /** The machine was off in between: no process of before can be alive. */
  readonly wasOff?: boolean;
  /** What was promised when the counters stopped; by default nothing beyond the promises that must be kept. */
  readonly later?: readonly Promised[];
  /** Drafts may lie there for a while: nobody here can see that their owners are dead, or they could not be removed. */
  readonly mayLeaveDrafts?: boolean;
}

/** What the referee found, beside that all is well. */
export interface Findings {
  readonly generation: number;
  /** Generations that are named as damaged; none but in a `deferred` store after a power cut. */
  readonly damaged: number;
}

/**
 * Opens the store as the next process would, and requires all that was promised: every acknowledged commit and tag
 * (every flushed one, if the power was cut in a `deferred` store), no change that was applied twice, one complete
 * generation, a clean check, and a store that goes on working and can be cleared up.
 */
export async function expectKept(
  directory: string,
  promises: readonly Promised[],
  circumstances: Circumstances = {},
): Promise<Findings> {
  const { durability = 'durable', wasOff = false } = circumstances;
  const identity = { ...processEnvironment.identity(), ...(wasOff ? { bootId: 'after the power cut' } : {}) };
  let laterMs = wasOff ? LONG_MS : 0;
  const environment = {
    ...processEnvironment,
    identity: () => identity,
    now: () => Date.now() + laterMs,
    monotonicMs: () => performance.now() + laterMs,
  };
  await using store = await SnapshotStore.open(directory, { durability, environment, collectAutomatically: false });
  const mayLoseTheLast = durability === 'deferred' && wasOff;

  await using snapshot = await store.snapshot();
  expect(snapshot.damage).toEqual([]);
  await expectComplete(snapshot);
  for (const { slot, acknowledged, flushed } of promises) {
    const value = await numberIn(snapshot, `slot-${slot}`);
    expect(value, `slot ${slot}`).toBeGreaterThanOrEqual(mayLoseTheLast ? flushed : acknowledged);
  }
  for (const { slot, acknowledged, unknown } of circumstances.later ?? promises) {
    const value = await numberIn(snapshot, `slot-${slot}`);
    expect(value, `slot ${slot}`).toBeLessThanOrEqual(acknowledged + unknown + 1);
  }
  const damaged = await expectCheckedClean(store, { mayBeDamagedBelow: mayLoseTheLast ? snapshot.generation : 0 });
  await expectTags(store, promises, circumstances.later ?? promises);
  await expectGoesOn(store);
  if (circumstances.mayLeaveDrafts) {
    laterMs += LONG_MS;
    await store.collect();
  }
  // What the commit lock is kept in goes when nobody commits any more.
  await expect.poll(() => fs.readdirSync(path.join(directory, 'drafts'))).toEqual([]);
  return { generation: snapshot.generation, damaged };
}

/** Every file has its content, and the numbers are those of one and the same generation. */
async function expectComplete(snapshot: Snapshot): Promise<void> {
  let sum = 0;
  for (const name of snapshot.files.keys()) {
    const content = await snapshot.read(name);
    if (name.startsWith('slot-')) sum += Number(Buffer.from(content));
    const [, slot] = /^folder-(\d+)\/content$/.exec(name) ?? [];
    if (slot !== undefined) expect(content[0]).toBe((await numberIn(snapshot, `slot-${slot}`)) % 256);
  }
  expect(await numberIn(snapshot, 'total')).toBe(sum);
}

async function expectCheckedClean(
  store: SnapshotStore,
  { mayBeDamagedBelow }: { readonly mayBeDamagedBelow: number },
): Promise<number> {
  const { problems } = await store.verify();
  const unexpected = problems.filter(
    ({ code, generation = 0 }) => code !== 'GENERATION_DAMAGED' || generation >= mayBeDamagedBelow,
  );
  expect(unexpected).toEqual([]);
  return new Set(problems.map((problem) => problem.generation)).size;
}

async function expectTags(
  store: SnapshotStore,
  promises: readonly Promised[],
  later: readonly Promised[],
): Promise<void> {
  const generations = new Map((await store.tags()).map((tag) => [tag.name, tag.generation]));
  expect(promises.flatMap(({ untagged }) => untagged).filter((tag) => generations.has(tag))).toEqual([]);
  const mayBeGone = new Set(later.flatMap(({ untagging }) => untagging));
  for (const tag of promises.flatMap(({ tags }) => tags).filter((tag) => !mayBeGone.has(tag))) {
    await using tagged = await store.openGeneration(generations.get(tag) ?? Number.NaN);
    await expectComplete(tagged);
  }
}

async function expectGoesOn(store: SnapshotStore): Promise<void> {
  await using before = await store.snapshot();
  const { generation } = await store.update((draft) => draft.write('referee', Buffer.from(String(before.generation))));
  expect(generation).toBeGreaterThan(before.generation);
  await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
  await using after = await store.snapshot();
  expect(new Set(after.files.keys())).toEqual(new Set([...before.files.keys(), 'referee']));
  await expectComplete(after);
}

async function numberIn(snapshot: Snapshot, name: string): Promise<number> {
  return snapshot.files.has(name) ? Number(Buffer.from(await snapshot.read(name))) : 0;
}
