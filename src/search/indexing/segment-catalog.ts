import type { Hold, Snapshot } from '../../store/index.js';
import { closedSegment, heldSource, IndexView, openSegment, type Segment } from '../segment/index.js';
import { EMPTY_METADATA, type IndexMetadata, readIndexMetadata } from './index-metadata.js';

/** An index as one generation has it, ready to be asked. */
export interface LoadedIndex {
  /** 0 before the first one. */
  readonly generation: number;
  /** Tells generations of one number apart: numbers can be used again after a recovery. */
  readonly nonce: string;
  /** The instance that committed it; `''` before the first one. */
  readonly writer: string;
  /** When it was committed: milliseconds since 1970, 0 if that is not known. */
  readonly createdAtMs: number;
  readonly hold: Hold | null;
  /** `undefined` before the first one. */
  readonly manifest: Snapshot['manifest'];
  readonly metadata: IndexMetadata;
  readonly view: IndexView;
}

/** The index of a store without any generation. */
export const EMPTY_INDEX: LoadedIndex = {
  generation: 0,
  nonce: '',
  writer: '',
  createdAtMs: 0,
  hold: null,
  manifest: undefined,
  metadata: EMPTY_METADATA,
  view: IndexView.open([]),
};

/** A segment up to this size is held in memory: some documents, until they are merged. */
const HELD_BYTES = 64 * 1024;

/**
 * The open segments of one process. A newer generation loads only the segments that are not open yet. What `current`
 * gave is usable until `show` is called again, so callers ask and answer without letting go of the event loop.
 */
export class SegmentCatalog {
  readonly #segments = new Map<string, Segment>();
  readonly #opening = new Map<string, Promise<Segment>>();
  #current: LoadedIndex | undefined;
  #committed: IndexView | undefined;
  #isVerifying = false;
  #isClosed = false;

  /** The index that `show` was last given. */
  get current(): LoadedIndex | undefined {
    return this.#current;
  }

  /**
   * The index in `snapshot`, beside the current one. What segments hold is checked when it is used, or before this returns.
   * @throws SearchError SEGMENT_DAMAGED, SEGMENT_FORMAT_NEWER, INDEX_CLOSED; StoreError GENERATION_DAMAGED,
   * GENERATION_EXPIRED
   */
  async load(snapshot: Snapshot): Promise<LoadedIndex> {
    const current = this.#current;
    const nonce = snapshot.manifest?.nonce ?? '';
    if (current?.generation === snapshot.generation && current.nonce === nonce) {
      this.#verify(current.view.segments.map(({ segment }) => segment));
      return current;
    }
    const metadata = readIndexMetadata(snapshot);
    const segments = await this.openSegments(snapshot, metadata);
    this.#verify(segments);
    const view = this.#viewOf(segments, metadata.documents);
    const { generation, hold, manifest } = snapshot;
    const writer = manifest?.writer.instance ?? '';
    const createdAtMs = Date.parse(manifest?.createdAt ?? '') || 0;
    return { generation, nonce, writer, createdAtMs, hold, manifest, metadata, view };
  }

  /** The segments in `snapshot`, oldest first, without working out what is alive in them. @throws as `load` */
  async openSegments(snapshot: Snapshot, { segments }: Pick<IndexMetadata, 'segments'>): Promise<readonly Segment[]> {
    const opened: Segment[] = [];
    for (const name of segments) opened.push(await this.#open(snapshot, name));
    return opened;
  }

  /**
   * Takes over what this process has committed, so that loading that generation neither reads the segment that was
   * written a moment ago nor works out again what is alive. Large segments are read from their files all the same: in
   * memory they would only be a second copy.
   *
   * @param view whose newest segment is the one that was written
   */
  adopt(view: IndexView): void {
    const written = view.segments.at(-1)?.segment;
    const isWanted = written !== undefined && written.sizeBytes <= HELD_BYTES && !this.#segments.has(written.name);
    if (!isWanted || this.#isClosed) return;
    this.#segments.set(written.name, written);
    this.#committed = view;
  }

  /** Makes `index` the current one and closes the segments that it does not have. */
  show(index: LoadedIndex): void {
    this.#current = index;
    this.#committed = undefined;
    const wanted = new Set(index.metadata.segments);
    for (const [name, segment] of this.#segments) {
      if (wanted.has(name)) continue;
      segment.close();
      this.#segments.delete(name);
    }
  }

  /** From now on segments are checked as a whole before they are used, not piece by piece as they are. */
  startVerifying(): void {
    this.#isVerifying = true;
  }

  /** Closes every segment; what is loaded next is opened anew. */
  forget(): void {
    for (const segment of this.#segments.values()) segment.close();
    this.#segments.clear();
    this.#current = undefined;
    this.#committed = undefined;
  }

  /** Closes every segment, and those that are still being opened as soon as they are. */
  close(): void {
    this.#isClosed = true;
    this.forget();
  }

  /** Those that were verified before cost nothing. */
  #verify(segments: readonly Segment[]): void {
    if (!this.#isVerifying) return;
    for (const segment of segments) {
      segment.verify();
      // Whoever builds on them compares paths at the end, when another may have closed a segment.
      segment.readNames();
    }
  }

  /** @param documents how many of them are alive */
  #viewOf(segments: readonly Segment[], documents: number): IndexView {
    const committed = this.#committed;
    if (committed !== undefined && hasExactly(committed, segments)) return committed;
    const current = this.#current;
    return current === undefined ? IndexView.open(segments, documents) : current.view.advance(segments);
  }

  /** A segment that two callers want at the same time is opened once. */
  async #open(snapshot: Snapshot, name: string): Promise<Segment> {
    const known = this.#segments.get(name);
    if (known !== undefined) return known;
    const opening = this.#opening.get(name) ?? openStored(snapshot, name);
    this.#opening.set(name, opening);
    try {
      const segment = await opening;
      if (this.#isClosed) segment.close();
      else this.#segments.set(name, segment);
      if (this.#isClosed) throw closedSegment(name);
      return segment;
    } finally {
      this.#opening.delete(name);
    }
  }
}

function hasExactly(view: IndexView, segments: readonly Segment[]): boolean {
  if (view.segments.length !== segments.length) return false;
  return view.segments.every(({ segment }, place) => segment === segments[place]);
}

async function openStored(snapshot: Snapshot, name: string): Promise<Segment> {
  const file = await snapshot.open(name);
  return openSegment(name, file.sizeBytes <= HELD_BYTES ? heldSource(file) : file);
}
