/** The segment that a change adds to an index, and what the next generation says about the whole. */
import { randomBytes } from 'node:crypto';
import type { Draft, Snapshot } from '../../store/index.js';
import type { QuantizedVector } from '../embedding/index.js';
import {
  type IndexView,
  memorySource,
  openSegment,
  type Segment,
  type VectorKind,
  type VectorLookup,
} from '../segment/index.js';
import { Turns } from '../turns.js';
import type { RemainingChanges } from './changeset.js';
import { segmentsToKeep } from './dead-segments.js';
import type { BatchSelection } from './document-batch.js';
import { encodeIndexMetadata } from './index-metadata.js';
import type { LoadedIndex } from './segment-catalog.js';

/** Analysed documents, in this thread or another. */
export interface SegmentMaker {
  /** What makes the vectors; the id is `''` while nothing can. */
  readonly embedder: VectorKind;
  /** Hashes of the passages that may have vectors already. */
  chunkHashes(): readonly string[];
  adopt(vectors: ReadonlyMap<string, QuantizedVector>): Promise<void>;
  build(selection: BatchSelection): Promise<Uint8Array>;
}

export interface NewSegment {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The bytes, ready to be asked. */
  readonly opened: Segment;
}

/** The same selection gives the same segment, so that a rebase which drops nothing writes nothing again. */
export class SegmentCache {
  readonly #maker: SegmentMaker;
  #key: string | undefined;
  #segment: NewSegment | undefined;

  constructor(maker: SegmentMaker) {
    this.#maker = maker;
  }

  /** @param findKnown the vectors that passages have already, by their hashes */
  async make(remaining: Pick<RemainingChanges, 'written' | 'removed'>, findKnown: KnownVectors): Promise<NewSegment> {
    const key = JSON.stringify([[...remaining.written], remaining.removed]);
    if (this.#segment !== undefined && this.#key === key) return this.#segment;
    await this.#maker.adopt(await findKnown(this.#maker.chunkHashes(), this.#maker.embedder));
    const bytes = await this.#maker.build({ paths: remaining.written, tombstones: remaining.removed });
    const name = newSegmentName();
    this.#key = key;
    this.#segment = { name, bytes, opened: openSegment(name, memorySource(bytes)) };
    return this.#segment;
  }
}

/** Passages whose vectors are looked up before somebody else may have a turn. */
const PASSAGES_AT_ONCE = 64;

/** Finds the vectors of a kind that passages have already. */
export type KnownVectors = (
  hashes: readonly string[],
  kind: VectorKind,
) => ReadonlyMap<string, QuantizedVector> | Promise<ReadonlyMap<string, QuantizedVector>>;

/** Those in the view, looked up at once: the segments of an older one may be closed. */
export function vectorsIn(view: IndexView): KnownVectors {
  return (hashes, kind) => findVectors(hashes, view.knownVectors(kind));
}

/** As `vectorsIn` the view of now, which may be another one after each turn. */
export function vectorsInTurns(view: () => IndexView): KnownVectors {
  return async (hashes, kind) => {
    const turns = new Turns();
    const found = new Map<string, QuantizedVector>();
    for (let first = 0; first < hashes.length; first += PASSAGES_AT_ONCE) {
      if (turns.isOver) await turns.next();
      const some = findVectors(hashes.slice(first, first + PASSAGES_AT_ONCE), view().knownVectors(kind));
      for (const [hash, vector] of some) found.set(hash, vector);
    }
    return found;
  };
}

/** A file name that no other segment has. */
export function newSegmentName(): string {
  return `segment-${randomBytes(8).toString('hex')}`;
}

/** The known vectors of these passages. */
export function findVectors(hashes: readonly string[], known: VectorLookup): ReadonlyMap<string, QuantizedVector> {
  const found = new Map<string, QuantizedVector>();
  for (const hash of hashes) {
    const vector = known.find(hash);
    if (vector !== undefined) found.set(hash, vector);
  }
  return found;
}

/** What a new segment changes, and why. */
export interface Addition {
  readonly segment: NewSegment;
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly embedder: VectorKind;
  readonly reason: string;
  /** See `IndexMetadata`; default that of the base. */
  readonly root?: string | undefined;
}

/**
 * Puts the segment on top of those of the base, with what the generation says about itself. Segments of which it leaves
 * nothing go: who saves one document again and again has a few small segments, and nothing to merge.
 * @returns the view of that generation
 */
export function addSegment(draft: Draft, base: Snapshot, index: LoadedIndex, addition: Addition): IndexView {
  const { segment, reason } = addition;
  const all = [...index.view.segments.map((part) => part.segment), segment.opened];
  const view = index.view.advance(all);
  const isKept = segmentsToKeep(view);
  const names = [...index.metadata.segments, segment.name].filter((_, place) => isKept[place]);
  draft.write(segment.name, segment.bytes);
  draft.describe(describeNext(index, view, names, addition));
  draft.explain(reason);
  dropUnusedFiles(draft, base, names);
  return names.length === all.length ? view : view.withoutDead(isKept);
}

function describeNext(
  index: LoadedIndex,
  view: IndexView,
  segments: readonly string[],
  { counts, embedder, root = index.metadata.root }: Addition,
): ReturnType<typeof encodeIndexMetadata> {
  return encodeIndexMetadata({
    operation: 'index',
    segments,
    embedder: describeEmbedder(index, embedder),
    documents: view.documentCount,
    chunks: view.chunkCount,
    ...counts,
    root,
  });
}

/** What cannot be told now, as a model whose endpoint has not answered yet, stays as it was said before. */
function describeEmbedder({ metadata }: LoadedIndex, { id, dimension }: VectorKind): VectorKind {
  const before = metadata.embedder;
  if (id === '') return before;
  return { id, dimension: dimension === 0 && before.id === id ? before.dimension : dimension };
}

/** Files that no segment list names (of an index that could not be read, say) do not go on into the next generation. */
function dropUnusedFiles(draft: Draft, base: Snapshot, segments: readonly string[]): void {
  const used = new Set(segments);
  for (const name of base.files.keys()) if (!used.has(name)) draft.remove(name);
}
