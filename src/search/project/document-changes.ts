import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { SearchError } from '../errors.js';
import { hashesOf } from '../indexing/commit-changes.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { DocumentsChanged } from '../requests.js';
import type { IndexView } from '../segment/index.js';
import { compareIndexes } from './compare-indexes.js';
import type { IndexReader } from './index-reader.js';

/** Several commits within this time are told as one. */
const SETTLE_MS = 100;

/** Tells which documents of the index changed, whichever instance committed it. */
export class DocumentChanges {
  readonly #store: SnapshotStore;
  readonly #reader: IndexReader;
  readonly #listener: (changed: DocumentsChanged) => void;
  readonly #unwatch: () => void;
  #told: LoadedIndex;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Begins with what is loaded now. */
  constructor(store: SnapshotStore, reader: IndexReader, listener: (changed: DocumentsChanged) => void) {
    this.#store = store;
    this.#reader = reader;
    this.#listener = listener;
    this.#told = reader.current;
    this.#unwatch = store.watch(() => this.#schedule());
    // What was committed between loading and watching.
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell().catch(() => {
        // Whoever asks the index is told what is wrong with it; with the next commit this is tried again.
      });
    }, SETTLE_MS).unref();
  }

  async #tell(): Promise<void> {
    await this.#reader.refresh();
    if (this.#isClosed) return;
    const before = this.#told;
    const after = this.#reader.current;
    if (after.generation === before.generation && after.nonce === before.nonce) return;
    this.#told = after;
    const changed = changedByAddition(before.view, after.view) ?? (await this.#compare(before, after));
    const { added, updated, removed } = changed;
    if (this.#isClosed || added.length + updated.length + removed.length === 0) return;
    this.#listener({ generation: after.generation, ...changed });
  }

  /** Where segments were merged, or an older content was put in place, the whole of both is compared. */
  async #compare(before: LoadedIndex, after: LoadedIndex): Promise<Omit<DocumentsChanged, 'generation'>> {
    try {
      await using former = await this.#store.openGeneration(before.generation);
      await using latter = await this.#store.openGeneration(after.generation);
      const { added, changed, removed, renamed } = await compareIndexes(former, latter);
      return {
        added: [...added.map(({ path }) => path), ...renamed.map(({ to }) => to)],
        updated: changed.map(({ path }) => path),
        removed: [...removed.map(({ path }) => path), ...renamed.map(({ from }) => from)],
      };
    } catch (error) {
      if (!isStoreError(error) && !(error instanceof SearchError)) throw error;
      // What the former one held cannot be read any more: anything may have changed.
      return { added: [], updated: this.#reader.current.view.paths(), removed: [] };
    }
  }
}

/** What the segments that were added change; `undefined` if some are gone, so that their documents cannot be asked for. */
function changedByAddition(before: IndexView, after: IndexView): Omit<DocumentsChanged, 'generation'> | undefined {
  const former = new Set(before.segments.map(({ segment }) => segment));
  const latter = new Set(after.segments.map(({ segment }) => segment));
  if (![...former].every((segment) => latter.has(segment))) return undefined;
  const paths = new Set<string>();
  for (const segment of latter) {
    if (former.has(segment)) continue;
    for (const list of [segment.parts.paths, segment.parts.tombstones]) {
      for (let place = 0; place < list.count; place++) paths.add(list.text(place));
    }
  }
  const [then, now] = [hashesOf(before), hashesOf(after)];
  const changed: { added: string[]; updated: string[]; removed: string[] } = { added: [], updated: [], removed: [] };
  for (const path of paths) {
    const [formerHash, latterHash] = [then.find(path), now.find(path)];
    if (formerHash === latterHash) continue;
    if (formerHash === undefined) changed.added.push(path);
    else if (latterHash === undefined) changed.removed.push(path);
    else changed.updated.push(path);
  }
  return changed;
}
