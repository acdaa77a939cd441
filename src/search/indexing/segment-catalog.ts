import type { Hold, Snapshot } from '../../store/index.js';
import { closedSegment, IndexView, openSegment, type Segment } from '../segment/index.js';
import { EMPTY_METADATA, type IndexMetadata, readIndexMetadata } from './index-metadata.js';

/** An index as one generation has it, ready to be asked. */
export interface LoadedIndex {
  /** 0 before the first one. */
  readonly generation: number;
  /** Tells generations of one number apart: numbers can be used again after a recovery. */
  readonly nonce: string;
  /** The instance that committed it; `''` before the first one. */
  readonly writer: string;
  readonly hold: Hold | null;
  readonly metadata: IndexMetadata;
  readonly view: IndexView;
}

/** The index of a store without any generation. */
export const EMPTY_INDEX: LoadedIndex = {
  generation: 0,
  nonce: '',
  writer: '',
  hold: null,
  metadata: EMPTY_METADATA,
  view: IndexView.open([]),
};

/**
 * The open segments of one process. A newer generation loads only the segments that are not open yet. What `current`
 * gave is usable until `show` is called again, so callers ask and answer without letting go of the event loop.
 */
export class SegmentCatalog {
  readonly #segments = new Map<string, Segment>();
  readonly #opening = new Map<string, Promise<Segment>>();
  #current: LoadedIndex | undefined;
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
    const segments: Segment[] = [];
    for (const name of metadata.segments) segments.push(await this.#open(snapshot, name));
    this.#verify(segments);
    const view = current === undefined ? IndexView.open(segments, metadata.documents) : current.view.advance(segments);
    const { generation, hold, manifest } = snapshot;
    return { generation, nonce, writer: manifest?.writer.instance ?? '', hold, metadata, view };
  }

  /** Makes `index` the current one and closes the segments that it does not have. */
  show(index: LoadedIndex): void {
    this.#current = index;
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

async function openStored(snapshot: Snapshot, name: string): Promise<Segment> {
  return openSegment(name, await snapshot.open(name));
}
