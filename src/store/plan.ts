/** What a commit wants the next generation to be, decided on one base; replayed on the newer one after a lost race. */
import { Draft } from './draft.js';
import { StoreError } from './errors.js';
import type { JsonValue } from './json.js';
import type { FileEntry, Hold, Manifest } from './manifest.js';
import { foldedName } from './names.js';
import { Snapshot } from './snapshot.js';
import type { Storage } from './storage.js';

/** The base of a commit: the head it was decided on. */
export interface Base {
  /** The number to stand on; the next generation is one higher. 0 in an empty store. */
  readonly generation: number;
  /** `undefined` in an empty store, and where nothing intact is left. */
  readonly manifest: Manifest | undefined;
}

/** The next generation, but for what staging and claiming add. */
export interface Plan {
  readonly operation: 'update' | 'rollback' | 'resume' | 'recover';
  readonly reason: string;
  /** Files shared with older generations. */
  readonly shared: ReadonlyMap<string, FileEntry>;
  /** Files that this generation writes. */
  readonly written: ReadonlyMap<string, Uint8Array>;
  readonly metadata: { readonly [key: string]: JsonValue };
  readonly hold: Hold | null;
  /** Asked once the draft stands; throws if it must not be claimed. */
  readonly guard?: () => Promise<void>;
}

/** Decides on a base; `undefined` if there is nothing to do on it. */
export type Planner = (base: Base) => Promise<Plan | undefined>;

/** What `SnapshotStore.update` is given; run again on the newer base after a lost race. */
export type UpdateFunction = (draft: Draft, base: Snapshot) => void | Promise<void>;

/** The plan of an update: what `update` changed over the base, or nothing if it changed nothing. */
export async function planUpdate(storage: Storage, base: Base, update: UpdateFunction): Promise<Plan | undefined> {
  const snapshot = new Snapshot(storage, base.manifest);
  const draft = new Draft(snapshot);
  const changes = await draft.change(() => update(draft, snapshot));
  if (changes.written.size === 0 && changes.removed.size === 0 && changes.metadata === undefined) return undefined;
  const shared = new Map(base.manifest?.files);
  for (const name of [...changes.removed, ...changes.written.keys()]) shared.delete(name);
  const names = [...shared.keys(), ...changes.written.keys()];
  const added = [...changes.written.keys()].filter((name) => !snapshot.files.has(name));
  requireNoFileInFile(added, names);
  requireDistinct(added, names);
  return {
    operation: 'update',
    reason: changes.reason ?? '',
    shared,
    written: changes.written,
    metadata: changes.metadata ?? base.manifest?.metadata ?? {},
    hold: base.manifest?.hold ?? null,
  };
}

/** The plan of a generation with exactly the content of `source`. */
export function planCopy(source: Manifest | undefined, details: Pick<Plan, 'operation' | 'reason' | 'hold'>): Plan {
  return { ...details, shared: source?.files ?? new Map(), written: new Map(), metadata: source?.metadata ?? {} };
}

/** Two names that are one on some file systems would be one file there. What the base has already may stay. */
function requireDistinct(added: readonly string[], names: readonly string[]): void {
  if (added.length === 0) return;
  const isAdded = new Set(added);
  const known = new Map<string, string>();
  for (const name of names) if (!isAdded.has(name)) known.set(foldedName(name), name);
  for (const name of added) {
    const other = known.get(foldedName(name));
    known.set(foldedName(name), name);
    if (other === undefined) continue;
    throw new StoreError(
      'INVALID_NAME',
      `file name ${JSON.stringify(name)}: differs from ${JSON.stringify(other)} only in letter case or Unicode form`,
      {
        remedy:
          'Use one form throughout, or remove the other file in the same update: some file systems tell no difference.',
      },
    );
  }
}

/** `a` and `a/b`, or `A/b`, cannot both be files where somebody wants the generation as a directory. */
function requireNoFileInFile(added: readonly string[], names: readonly string[]): void {
  if (added.length === 0 || !names.some((name) => name.includes('/'))) return;
  const isAdded = new Set(added);
  const files = new Map(names.map((name) => [foldedName(name), name]));
  for (const [folded, name] of files) {
    for (let end = folded.lastIndexOf('/'); end > 0; end = folded.lastIndexOf('/', end - 1)) {
      const file = files.get(folded.slice(0, end));
      if (file === undefined || !(isAdded.has(name) || isAdded.has(file))) continue;
      throw new StoreError('INVALID_NAME', `file name ${JSON.stringify(name)}: ${JSON.stringify(file)} is a file`, {
        remedy: 'Remove that file in the same update, or choose another name: some file systems tell no letter case.',
      });
    }
  }
}
