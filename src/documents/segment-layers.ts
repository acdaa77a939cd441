import { stat } from 'node:fs/promises';
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

/** A segment, and the state that its file was in when it was read. */
interface KeptSegment {
  readonly segment: Segment;
  readonly state: string;
}

/** Reads generations, and keeps the segments of the newest in memory, so that only new ones are read. */
export class LayersReader {
  readonly #location: string;
  /** By checksum: after a repair another segment may have the name of one that is gone. */
  #kept: ReadonlyMap<string, KeptSegment> = new Map();
  #newest: { readonly nonce: string | undefined; readonly layers: SegmentLayers } | undefined;

  constructor(location: string) {
    this.#location = location;
  }

  /** The layers of the newest generation, whose segments are kept. @throws StoreError as `Snapshot.read`; DocumentError */
  async readNewest(snapshot: Snapshot): Promise<SegmentLayers> {
    const nonce = snapshot.manifest?.nonce;
    if (this.#newest !== undefined && this.#newest.nonce === nonce) return this.#newest.layers;
    const { layers, kept } = await this.#read(snapshot);
    this.#newest = { nonce, layers };
    this.#kept = kept;
    return layers;
  }

  /**
   * The same, for whoever builds on it: a segment whose file was touched since it was read is read again, lest others
   * cannot read what is put above it. @throws as `readNewest`
   */
  async readToChange(snapshot: Snapshot): Promise<SegmentLayers> {
    const layers = await this.readNewest(snapshot);
    for (const { name } of layers.label.segments) {
      const kept = this.#kept.get(checksumOf(snapshot, name));
      if (kept?.state === (await stateOf(snapshot, name))) continue;
      this.#kept = new Map();
      this.#newest = undefined;
      return this.readNewest(snapshot);
    }
    return layers;
  }

  /** The layers of any generation. @throws StoreError as `Snapshot.read`; DocumentError */
  async read(snapshot: Snapshot): Promise<SegmentLayers> {
    return (await this.#read(snapshot)).layers;
  }

  async #read(snapshot: Snapshot): Promise<{ layers: SegmentLayers; kept: ReadonlyMap<string, KeptSegment> }> {
    const label = readCollectionLabel(snapshot, this.#location);
    const kept = new Map<string, KeptSegment>();
    const segments: Segment[] = [];
    for (const { name } of label.segments) {
      const read = await this.#readSegment(snapshot, name);
      kept.set(checksumOf(snapshot, name), read);
      segments.push(read.segment);
    }
    return { layers: new SegmentLayers(snapshot.generation, label, segments), kept };
  }

  async #readSegment(snapshot: Snapshot, name: string): Promise<KeptSegment> {
    const kept = this.#kept.get(checksumOf(snapshot, name));
    if (kept !== undefined) return kept;
    // Before the bytes: what comes in between is seen as a change.
    const state = await stateOf(snapshot, name);
    const bytes = await snapshot.read(name);
    try {
      return { segment: new Segment(bytes), state };
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

/** Changes with whatever is done to the file of a segment. What is wrong with one that is not there, reading it says. */
async function stateOf(snapshot: Snapshot, name: string): Promise<string> {
  const file = await stat(await snapshot.path(name)).catch(() => undefined);
  return file === undefined ? 'missing' : [file.ino, file.size, file.mtimeMs, file.ctimeMs].join(' ');
}
