/** What differs between two collections of named contents. */
import { type Check, FUNCTION } from '../arguments/index.js';
import { requireArgument } from './argument-checks.js';
import { requireSnapshot, type Snapshot } from './snapshot.js';

/** A content as comparing sees it. */
export interface NamedContent {
  /** Equal for equal bytes, and for no others. */
  readonly contentHash: string;
  readonly sizeBytes: number;
}

/** What must be done to the one collection to get the other; names ascending by UTF-16 code units. */
export interface ContentDiff {
  readonly added: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly removed: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly changed: readonly {
    readonly name: string;
    readonly formerSizeBytes: number;
    readonly sizeBytes: number;
  }[];
  /** Removed and added with the same bytes; ascending by the former name. */
  readonly renamed: readonly { readonly from: string; readonly to: string; readonly sizeBytes: number }[];
  /** How many have the same name and the same bytes. */
  readonly unchanged: number;
}

const MAP: Check = {
  expected: 'a Map',
  allows: (value) => ['get', 'has', 'entries', Symbol.iterator].every((part) => FUNCTION.allows(Object(value)[part])),
};

/** The files of one generation against those of another. Only the manifests are compared; no file is read. @throws StoreError INVALID_OPTION */
export function diffSnapshots(before: Snapshot, after: Snapshot): ContentDiff {
  requireSnapshot('before', before);
  requireSnapshot('after', after);
  return diffContents(contentsOf(before), contentsOf(after));
}

function contentsOf(snapshot: Snapshot): ReadonlyMap<string, NamedContent> {
  return new Map(
    [...snapshot.files].map(([name, { sha256, sizeBytes }]) => [name, { contentHash: sha256, sizeBytes }]),
  );
}

/** What differs between `before` and `after`, by name and by content. @throws StoreError INVALID_OPTION for what is no `Map` */
export function diffContents(
  before: ReadonlyMap<string, NamedContent>,
  after: ReadonlyMap<string, NamedContent>,
): ContentDiff {
  requireArgument('before', before, MAP);
  requireArgument('after', after, MAP);
  const gone = new Map([...before].filter(([name]) => !after.has(name)).sort(byName));
  const come = new Map([...after].filter(([name]) => !before.has(name)).sort(byName));
  const renamed = takeRenamed(gone, come);
  const changed: ContentDiff['changed'][number][] = [];
  let unchanged = 0;
  for (const [name, { contentHash, sizeBytes }] of [...after].sort(byName)) {
    const former = before.get(name);
    if (former === undefined) continue;
    if (former.contentHash === contentHash) unchanged += 1;
    else changed.push({ name, formerSizeBytes: former.sizeBytes, sizeBytes });
  }
  return { added: [...come].map(withSize), removed: [...gone].map(withSize), changed, renamed, unchanged };
}

type Renamed = ContentDiff['renamed'][number];

/** Takes pairs of one content out of both; among several of one content, those that keep their last segment first. */
function takeRenamed(gone: Map<string, NamedContent>, come: Map<string, NamedContent>): readonly Renamed[] {
  const moved = takePairs(gone, come, (name, { contentHash }) => `${contentHash} ${lastSegment(name)}`);
  const renamed = takePairs(gone, come, (_, { contentHash }) => contentHash);
  return [...moved, ...renamed].sort((a, b) => (a.from < b.from ? -1 : 1));
}

function takePairs(
  gone: Map<string, NamedContent>,
  come: Map<string, NamedContent>,
  keyOf: (name: string, content: NamedContent) => string,
): readonly Renamed[] {
  const waiting = new Map<string, string[]>();
  // From the last to the first, so that the first is taken from the end.
  for (const [name, content] of [...come].reverse()) {
    const key = keyOf(name, content);
    const names = waiting.get(key) ?? [];
    names.push(name);
    waiting.set(key, names);
  }
  const pairs: Renamed[] = [];
  for (const [from, content] of gone) {
    const to = waiting.get(keyOf(from, content))?.pop();
    if (to === undefined) continue;
    pairs.push({ from, to, sizeBytes: content.sizeBytes });
    gone.delete(from);
    come.delete(to);
  }
  return pairs;
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function withSize([name, { sizeBytes }]: [string, NamedContent]): {
  readonly name: string;
  readonly sizeBytes: number;
} {
  return { name, sizeBytes };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
