/** Which documents differ between two states of an index, at the cost of what was committed between them. */
import type { SnapshotStore } from '../../store/index.js';
import { readIndexMetadata } from '../indexing/index-metadata.js';
import { type LoadedIndex, SegmentCatalog } from '../indexing/segment-catalog.js';
import type { DocumentsChanged } from '../requests/index.js';
import { type IndexView, type Segment, singleString } from '../segment/index.js';

export type ChangedPaths = Omit<DocumentsChanged, 'generation'>;

/** Beyond so many generations comparing only the two costs less. */
const MOST_GENERATIONS = 16;

/**
 * The paths in which two indexes can differ; `undefined` if that is not known without their history, as after a rollback,
 * or where a merge is not the only step between them.
 */
export function pathsBetween(before: LoadedIndex, after: LoadedIndex): ReadonlySet<string> | undefined {
  if (!isNextOf(before, after)) return pathsOfAddition(before.view, after.view);
  if (after.metadata.operation === 'merge') return new Set();
  return pathsIn(addedTo(segmentsOf(before.view), segmentsOf(after.view)));
}

/**
 * The paths that the steps from one index to the other name, merges left out; `undefined` unless each step was a commit
 * to the index.
 * @throws as {@link readChangesBetween}
 */
export async function readPathsBetween(
  store: SnapshotStore,
  before: Pick<LoadedIndex, 'generation'>,
  after: Pick<LoadedIndex, 'generation'>,
): Promise<ReadonlySet<string> | undefined> {
  const numbers = await generationsOnTheWay(store, before.generation, after.generation);
  return numbers && readOnTheWay(store, before.generation, numbers, ({ paths }) => paths);
}

/** True if the one was made of the other by a commit to the index, not by a rollback or from elsewhere. */
function isNextOf({ generation, nonce }: LoadedIndex, { manifest }: LoadedIndex): boolean {
  const parent = manifest?.parent;
  if (parent?.generation !== generation || parent.nonce !== nonce) return false;
  return manifest?.operation === 'update' && manifest.arrival === undefined;
}

/** The paths that the segments name that were added; `undefined` if some are gone, as after a merge or a rollback. */
function pathsOfAddition(before: IndexView, after: IndexView): ReadonlySet<string> | undefined {
  const [former, latter] = [segmentsOf(before), segmentsOf(after)];
  return former.every((segment) => latter.includes(segment)) ? pathsIn(addedTo(former, latter)) : undefined;
}

/**
 * Reads what changed from the segments that the generations in between added: those of a merge change nothing. Where one
 * of them was a rollback or is gone, from the segments that only one of the two has.
 * @throws StoreError GENERATION_EXPIRED, GENERATION_DAMAGED; SearchError SEGMENT_DAMAGED, SEGMENT_FORMAT_NEWER
 */
export async function readChangesBetween(
  store: SnapshotStore,
  before: Pick<LoadedIndex, 'generation'>,
  after: Pick<LoadedIndex, 'generation'>,
): Promise<ChangedPaths> {
  const numbers = await generationsOnTheWay(store, before.generation, after.generation);
  return numbers === undefined
    ? readDifference(store, before.generation, after.generation)
    : readOnTheWay(store, before.generation, numbers, ({ paths, former, latest }) =>
        changedAmong(paths, former, latest),
      );
}

/**
 * What differs between two generations: only documents that a segment names which one of them has and the other has not.
 * @throws as {@link readChangesBetween}
 */
export async function readDifference(store: SnapshotStore, before: number, after: number): Promise<ChangedPaths> {
  // One for both: segments that they share are opened once.
  const catalog = new SegmentCatalog();
  try {
    const { segments: former } = await read(store, catalog, before);
    const { segments: latter } = await read(store, catalog, after);
    return changedAmong(pathsIn([...addedTo(former, latter), ...addedTo(latter, former)]), former, latter);
  } finally {
    catalog.close();
  }
}

/** The generations after `before` up to `after`, oldest first; `undefined` where they do not tell what changed. */
async function generationsOnTheWay(
  store: SnapshotStore,
  before: number,
  after: number,
): Promise<readonly number[] | undefined> {
  if (before === 0 || before > after || after - before > MOST_GENERATIONS) return undefined;
  const { generations } = await store.history({ limit: after - before });
  const between = generations.filter(({ generation }) => generation > before && generation <= after).reverse();
  const isUnbroken = between.every(({ parent, operation, isTakenOver }, place) => {
    return operation === 'update' && !isTakenOver && parent === (between[place - 1]?.generation ?? before);
  });
  return isUnbroken && between.at(-1)?.generation === after ? between.map(({ generation }) => generation) : undefined;
}

/** What was added on the way, and the segments of both ends. */
interface Way {
  readonly paths: ReadonlySet<string>;
  readonly former: readonly Segment[];
  readonly latest: readonly Segment[];
}

/** What `use` makes of it while the segments are open. */
async function readOnTheWay<T>(
  store: SnapshotStore,
  before: number,
  numbers: readonly number[],
  use: (way: Way) => T,
): Promise<T> {
  // One for all: segments that they share are opened once.
  const catalog = new SegmentCatalog();
  try {
    const former = await read(store, catalog, before);
    const paths = new Set<string>();
    let latest = former;
    for (const number of numbers) {
      const next = await read(store, catalog, number);
      if (!next.isMerge) for (const path of pathsIn(addedTo(latest.segments, next.segments))) paths.add(path);
      latest = next;
    }
    return use({ paths, former: former.segments, latest: latest.segments });
  } finally {
    catalog.close();
  }
}

/** Working out what is alive in all of them would cost the whole index. */
async function read(
  store: SnapshotStore,
  catalog: SegmentCatalog,
  generation: number,
): Promise<{ readonly segments: readonly Segment[]; readonly isMerge: boolean }> {
  await using snapshot = await store.openGeneration(generation);
  const metadata = readIndexMetadata(snapshot);
  return { segments: await catalog.openSegments(snapshot, metadata), isMerge: metadata.operation === 'merge' };
}

function segmentsOf({ segments }: IndexView): readonly Segment[] {
  return segments.map(({ segment }) => segment);
}

function addedTo(before: readonly Segment[], after: readonly Segment[]): readonly Segment[] {
  return after.filter((segment) => !before.includes(segment));
}

/** Of documents and tombstones. */
function pathsIn(segments: readonly Segment[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { parts } of segments) {
    for (const list of [parts.paths, parts.tombstones]) {
      for (let place = 0; place < list.count; place++) paths.add(list.text(place));
    }
  }
  return paths;
}

function changedAmong(paths: ReadonlySet<string>, before: readonly Segment[], after: readonly Segment[]): ChangedPaths {
  return changedFrom(
    [...paths].map((path) => [path, contentHashIn(before, path)]),
    (path) => contentHashIn(after, path),
  );
}

/** What is different by now of documents that had these content hashes, `undefined` where there was none. */
export function changedFrom(
  former: Iterable<readonly [path: string, hash: string | undefined]>,
  hashNow: (path: string) => string | undefined,
): ChangedPaths {
  const changed: { added: string[]; updated: string[]; removed: string[] } = { added: [], updated: [], removed: [] };
  for (const [path, formerHash] of former) {
    const latterHash = hashNow(path);
    if (formerHash === latterHash) continue;
    if (formerHash === undefined) changed.added.push(path);
    else if (latterHash === undefined) changed.removed.push(path);
    else changed.updated.push(path);
  }
  return changed;
}

/** The newest segment that names a path has it. */
function contentHashIn(segments: readonly Segment[], path: string): string | undefined {
  const wanted = singleString(path);
  for (const segment of segments.toReversed()) {
    const named = segment.find(wanted);
    if (named !== undefined) return named === 'removed' ? undefined : segment.contentHash(named);
  }
  return undefined;
}
