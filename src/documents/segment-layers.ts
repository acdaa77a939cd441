import type { Snapshot } from '../store/index.js';
import { type CollectionLabel, readCollectionLabel } from './collection-label.js';
import { notADocument } from './errors.js';
import { Segment } from './segment.js';
import type { KeptJson } from './versioned-schema.js';

/** The segments of one generation, one above the other. Never changes. */
export class SegmentLayers {
  readonly generation: number;
  readonly label: CollectionLabel;
  /** In the order of the label: newest first. */
  readonly segments: readonly Segment[];
  #keys: readonly string[] | undefined;

  constructor(generation: number, label: CollectionLabel, segments: readonly Segment[]) {
    this.generation = generation;
    this.label = label;
    this.segments = segments;
  }

  /** What is kept under a key; `undefined` if no document is. */
  find(key: string): KeptJson | undefined {
    for (const segment of this.segments) {
      const found = segment.find(key);
      if (found === 'deleted') return undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All keys with a document, in the order of their UTF-16 code units. */
  keys(): readonly string[] {
    this.#keys ??= this.#collectKeys();
    return this.#keys;
  }

  #collectKeys(): readonly string[] {
    const keys = new Set<string>();
    for (const segment of this.segments.toReversed()) {
      for (const key of segment.keys()) {
        if (segment.isDeleted(key)) keys.delete(key);
        else keys.add(key);
      }
    }
    return [...keys].sort();
  }
}

/** Reads generations, and keeps the segments of the newest in memory, so that only new ones are read. */
export class LayersReader {
  readonly #location: string;
  /** By checksum: after a repair another segment may have the name of one that is gone. */
  #kept: ReadonlyMap<string, Segment> = new Map();
  #newest: { readonly nonce: string | undefined; readonly layers: SegmentLayers } | undefined;

  constructor(location: string) {
    this.#location = location;
  }

  /** The layers of the newest generation, whose segments are kept. @throws StoreError as `Snapshot.read`; DocumentError */
  async readNewest(snapshot: Snapshot): Promise<SegmentLayers> {
    const nonce = snapshot.manifest?.nonce;
    if (this.#newest !== undefined && this.#newest.nonce === nonce) return this.#newest.layers;
    const layers = await this.read(snapshot);
    this.#newest = { nonce, layers };
    const checksums = layers.label.segments.map(({ name }) => checksumOf(snapshot, name));
    this.#kept = new Map(layers.segments.map((segment, place) => [checksums[place] ?? '', segment]));
    return layers;
  }

  /** The layers of any generation. @throws StoreError as `Snapshot.read`; DocumentError */
  async read(snapshot: Snapshot): Promise<SegmentLayers> {
    const label = readCollectionLabel(snapshot, this.#location);
    const segments: Segment[] = [];
    for (const { name } of label.segments) segments.push(await this.#readSegment(snapshot, name));
    return new SegmentLayers(snapshot.generation, label, segments);
  }

  async #readSegment(snapshot: Snapshot, name: string): Promise<Segment> {
    const kept = this.#kept.get(checksumOf(snapshot, name));
    if (kept !== undefined) return kept;
    const bytes = await snapshot.read(name);
    try {
      return new Segment(bytes);
    } catch (error) {
      if (error instanceof SyntaxError)
        throw notADocument(this.#location, `file ${name} is no segment: ${error.message}`);
      throw error;
    }
  }
}

function checksumOf(snapshot: Snapshot, name: string): string {
  return snapshot.files.get(name)?.sha256 ?? '';
}
