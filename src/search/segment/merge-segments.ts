import { missingVector } from '../embedding/quantized-vector.js';
import { finishSteps } from '../turns.js';
import { PostingBlock } from './postings.js';
import type { Segment } from './segment.js';
import type { ChunkRecord, LinkRecord } from './segment-records.js';
import { SegmentWriter } from './segment-writer.js';
import { compareStrings, findSameString, type StringList } from './sorted-strings.js';
import { hasKind, type VectorKind } from './vector-coverage.js';

/** A segment to be merged and what of it is still wanted. */
export interface MergeInput {
  readonly segment: Segment;
  /** True for the numbers of documents that no newer segment hides. At most one input may call a path live. */
  readonly live: (document: number) => boolean;
}

export interface MergeOptions {
  /** True if nothing older than the inputs remains, so that tombstones have nothing left to hide. */
  readonly dropTombstones: boolean;
  /** Whose vectors the result keeps, if any input has them; default those of most live chunks. */
  readonly embedder?: VectorKind;
}

/** What a merge does before it lets its caller breathe: about a millisecond of work. */
const DOCUMENTS_PER_STEP = 32;
const POSTINGS_PER_STEP = 8192;

/**
 * The bytes of one segment that stands for several neighbours, made from their bytes alone: what `buildSegment` would
 * make of their live documents. Vectors are those of one embedder; a passage with one of another has none in the result.
 *
 * @param inputs neighbours in the order of the view, oldest first
 * @throws SearchError SEGMENT_DAMAGED if a text or a posting list is; INDEXING_FAILED if the result would be 4 GiB.
 */
export function mergeSegments(inputs: readonly MergeInput[], options: MergeOptions): Uint8Array {
  return finishSteps(mergeSegmentsInSteps(inputs, options));
}

/** As `mergeSegments`, in steps of about a millisecond: the caller may yield to the event loop between them. */
export function* mergeSegmentsInSteps(
  inputs: readonly MergeInput[],
  options: MergeOptions,
): Generator<void, Uint8Array> {
  const sources = inputs.map((input) => new MergeSource(input));
  const kept = keptVectors(sources, options.embedder);
  const writer = new SegmentWriter(kept.id, kept.dimension);
  for (const source of sources) source.keepVectors(kept);
  yield* mergeDocuments(writer, sources);
  if (!options.dropTombstones) mergeTombstones(writer, sources);
  yield* mergeTerms(writer, sources);
  return yield* writer.finish();
}

/** The kind of vectors that the result has; dimension 0 if none. */
function keptVectors(sources: readonly MergeSource[], wanted: VectorKind | undefined): VectorKind {
  const liveChunks = new Map<string, { readonly kind: VectorKind; chunks: number }>();
  for (const source of sources) {
    const { embedderId: id, dimension } = source.segment.parts;
    const chunks = source.countLiveChunks();
    if (dimension === 0 || chunks === 0) continue;
    const key = JSON.stringify([id, dimension]);
    const known = liveChunks.get(key);
    if (known === undefined) liveChunks.set(key, { kind: { id, dimension }, chunks });
    else known.chunks += chunks;
  }
  // Of equal ones the first, so that the result depends on the inputs alone.
  const byChunks = [...liveChunks.values()].sort((a, b) => b.chunks - a.chunks).map(({ kind }) => kind);
  const ofWanted = byChunks.filter(({ id }) => id === wanted?.id);
  const exact = ofWanted.find(({ dimension }) => dimension === wanted?.dimension);
  return exact ?? ofWanted[0] ?? byChunks[0] ?? { id: '', dimension: 0 };
}

/** One input and how its numbers become numbers of the result. */
class MergeSource {
  readonly segment: Segment;
  readonly isLive: (document: number) => boolean;
  /** New number of each old document and chunk, for those that live. */
  readonly newDocuments: Uint32Array;
  readonly newChunks: Uint32Array;
  /** 1 for each document and chunk that is left out. */
  readonly deadDocuments: Uint8Array;
  readonly deadChunks: Uint8Array;
  #hasKeptVectors = true;

  constructor(input: MergeInput) {
    this.segment = input.segment;
    this.isLive = input.live;
    // Nearly all of it is read, piece by piece.
    input.segment.parts.hold();
    this.newDocuments = new Uint32Array(input.segment.documentCount);
    this.newChunks = new Uint32Array(input.segment.chunkCount);
    this.deadDocuments = new Uint8Array(input.segment.documentCount).fill(1);
    this.deadChunks = new Uint8Array(input.segment.chunkCount).fill(1);
  }

  /** Chunks of live documents. */
  countLiveChunks(): number {
    const { firstChunk } = this.segment.parts.documents;
    let chunks = 0;
    for (let document = 0; document < this.segment.documentCount; document++) {
      if (this.isLive(document)) chunks += (firstChunk[document + 1] ?? 0) - (firstChunk[document] ?? 0);
    }
    return chunks;
  }

  /** Chunks are copied with their vectors only if they are of this kind. */
  keepVectors(kind: VectorKind): void {
    this.#hasKeptVectors = kind.dimension === 0 || hasKind(this.segment, kind);
  }

  /** Copies a document with its links and chunks and notes its new numbers. */
  copyDocument(writer: SegmentWriter, document: number): void {
    const { parts } = this.segment;
    const { documents } = parts;
    this.newDocuments[document] = writer.documentCount;
    this.deadDocuments[document] = 0;
    writer.addDocument({
      path: parts.paths.view(document),
      title: parts.titles.view(document),
      frontMatter: parts.frontMatter.view(document),
      contentHash: parts.hashes.subarray(document * 16, document * 16 + 16),
      sizeBytes: documents.sizeBytes[document] ?? 0,
      lines: documents.lines[document] ?? 0,
      textBytes: (documents.textStart[document + 1] ?? 0) - (documents.textStart[document] ?? 0),
      textCrc: documents.textCrc[document] ?? 0,
      readText: () => this.segment.readText(document),
      titleLength: documents.titleLength[document] ?? 0,
      pathLength: documents.pathLength[document] ?? 0,
      keywordLength: documents.keywordLength[document] ?? 0,
    });
    for (let link = documents.firstLink[document] ?? 0; link < (documents.firstLink[document + 1] ?? 0); link++) {
      writer.addLink(this.#link(link));
    }
    const firstChunk = documents.firstChunk[document] ?? 0;
    const endChunk = documents.firstChunk[document + 1] ?? 0;
    const { stride, residualStride } = this.segment;
    const codes = new Int8Array((endChunk - firstChunk) * stride);
    const residuals = new Uint8Array((endChunk - firstChunk) * residualStride);
    if (this.#hasKeptVectors) {
      this.segment.readVectors(firstChunk, new Uint8Array(codes.buffer));
      this.segment.readResiduals(firstChunk, residuals);
    }
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      this.newChunks[chunk] = writer.chunkCount;
      this.deadChunks[chunk] = 0;
      const place = chunk - firstChunk;
      writer.addChunk(
        this.#chunk(chunk, {
          codes: codes.subarray(place * stride, place * stride + parts.dimension),
          residuals: residuals.subarray(place * residualStride, (place + 1) * residualStride),
        }),
      );
    }
  }

  #link(link: number): LinkRecord {
    const { counts, links, linkTargets, linkAnchors, linkTexts } = this.segment.parts;
    return {
      kind: links.readBriefly(4 * link, 4 * link + 4).readUInt32LE(0),
      line: links.readBriefly(4 * (counts.links + 1 + link), 4 * (counts.links + 1 + link) + 4).readUInt32LE(0),
      target: linkTargets.view(link),
      anchor: linkAnchors.view(link),
      text: linkTexts.view(link),
    };
  }

  #chunk(chunk: number, vector: Pick<ChunkRecord, 'codes' | 'residuals'>): ChunkRecord {
    const { chunkPlaces, chunkHashes, chunkLengths, outlineHeadings, outlineAnchors, scales } = this.segment.parts;
    const outline = chunkPlaces.outline[chunk] ?? 0;
    return {
      startLine: chunkPlaces.startLine[chunk] ?? 0,
      endLine: chunkPlaces.endLine[chunk] ?? 0,
      textStart: chunkPlaces.textStart[chunk] ?? 0,
      textEnd: chunkPlaces.textEnd[chunk] ?? 0,
      headingPath: outlineHeadings.view(outline),
      anchor: outlineAnchors.view(outline),
      hashHigh: chunkHashes.hashHigh[chunk] ?? 0,
      hashLow: chunkHashes.hashLow[chunk] ?? 0,
      headingLength: chunkLengths.headingLength[chunk] ?? 0,
      bodyLength: chunkLengths.bodyLength[chunk] ?? 0,
      codeLength: chunkLengths.codeLength[chunk] ?? 0,
      ...(this.#hasKeptVectors ? { ...vector, scale: scales[chunk] ?? 0 } : missingVector(0)),
    };
  }
}

function* mergeDocuments(writer: SegmentWriter, sources: readonly MergeSource[]): Generator<void> {
  let documents = 0;
  for (const places of mergedOrder(sources.map((source) => source.segment.parts.paths))) {
    for (const { list, index } of places) {
      const source = sources[list];
      if (source?.isLive(index) === true) source.copyDocument(writer, index);
    }
    if (++documents % DOCUMENTS_PER_STEP === 0) yield;
  }
}

/** Keeps every tombstone whose path the result does not bring back. */
function mergeTombstones(writer: SegmentWriter, sources: readonly MergeSource[]): void {
  for (const places of mergedOrder(sources.map((source) => source.segment.parts.tombstones))) {
    const first = places[0];
    const source = first === undefined ? undefined : sources[first.list];
    if (first === undefined || source === undefined) continue;
    const { tombstones } = source.segment.parts;
    const isBack = sources.some((other) => {
      const document = findSameString(other.segment.parts.paths, tombstones, first.index);
      return document !== undefined && other.isLive(document);
    });
    if (!isBack) writer.addTombstone(tombstones.view(first.index));
  }
}

function* mergeTerms(writer: SegmentWriter, sources: readonly MergeSource[]): Generator<void> {
  const lists = sources.map((source) => source.segment.parts.terms.all());
  const blocks = sources.map(() => new PostingBlock());
  const chunks = new PostingBlock();
  const documents = new PostingBlock();
  let records = 0;
  for (const places of mergedOrder(lists)) {
    readMerged(sources, places, blocks, 'chunks', chunks);
    readMerged(sources, places, blocks, 'documents', documents);
    const [first] = places;
    const terms = first === undefined ? undefined : lists[first.list];
    if (first !== undefined && terms !== undefined) writer.addTerm(terms.view(first.index), chunks, documents);
    records += 1 + chunks.length + documents.length;
    if (records >= POSTINGS_PER_STEP) {
      records = 0;
      yield;
    }
  }
}

/** Fills `into` with the live postings of one term, with ids of the result. */
function readMerged(
  sources: readonly MergeSource[],
  places: readonly Place[],
  blocks: readonly PostingBlock[],
  kind: 'chunks' | 'documents',
  into: PostingBlock,
): void {
  const isJoined = places.length > 1;
  const filled: PostingBlock[] = [];
  for (const { list, index } of places) {
    // Most terms are in one input alone.
    const block = isJoined ? blocks[list] : into;
    if (block === undefined) continue;
    readLive(sources[list], index, kind, block);
    if (isJoined && block.length > 0) filled.push(block);
  }
  if (isJoined) joinAscending(filled, into);
}

/** Fills `block` with the live postings that one input has of its term `term`, with ids of the result. */
function readLive(
  source: MergeSource | undefined,
  term: number,
  kind: 'chunks' | 'documents',
  block: PostingBlock,
): void {
  block.length = 0;
  if (source === undefined) return;
  const isChunks = kind === 'chunks';
  const wish = { term, dead: isChunks ? source.deadChunks : source.deadDocuments };
  if (isChunks) source.segment.readChunkPostings(wish, block);
  else source.segment.readFieldPostings(wish, block);
  const newIds = isChunks ? source.newChunks : source.newDocuments;
  for (let posting = 0; posting < block.length; posting++) block.ids[posting] = newIds[block.ids[posting] ?? 0] ?? 0;
}

/** Fills `into` with the postings of all blocks, ascending by id; each block ascends in itself. */
function joinAscending(blocks: readonly PostingBlock[], into: PostingBlock): void {
  const cursors = blocks.map((block) => ({ block, entry: 0 }));
  into.length = 0;
  for (;;) {
    let lowest: { block: PostingBlock; entry: number } | undefined;
    let lowestId = Number.POSITIVE_INFINITY;
    for (const cursor of cursors) {
      if (cursor.entry >= cursor.block.length) continue;
      const id = cursor.block.ids[cursor.entry] ?? 0;
      if (id >= lowestId) continue;
      lowest = cursor;
      lowestId = id;
    }
    if (lowest === undefined) return;
    const { block, entry } = lowest;
    into.push(lowestId, block.first[entry] ?? 0, block.second[entry] ?? 0, block.third[entry] ?? 0);
    lowest.entry++;
  }
}

interface Place {
  readonly list: number;
  readonly index: number;
}

/**
 * Walks ascending lists side by side: every distinct string once, with all the places where it stands. What is given is
 * valid until the next step.
 */
function* mergedOrder(lists: readonly StringList[]): Generator<readonly Place[]> {
  const cursors = lists.map((strings, list) => ({ strings, list, index: 0, key: orderKey(strings, 0) }));
  const equal: typeof cursors = [];
  for (;;) {
    let lowest: (typeof cursors)[number] | undefined;
    for (const cursor of cursors) {
      if (cursor.index >= cursor.strings.count) continue;
      const order =
        lowest === undefined
          ? -1
          : cursor.key - lowest.key || compareStrings(cursor.strings, cursor.index, lowest.strings, lowest.index);
      if (order > 0) continue;
      if (order < 0) equal.length = 0;
      equal.push(cursor);
      if (order < 0) lowest = cursor;
    }
    if (lowest === undefined) return;
    yield equal;
    for (const cursor of equal) cursor.key = orderKey(cursor.strings, ++cursor.index);
    equal.length = 0;
  }
}

/** The first six bytes of a string as a number: strings of different keys have the order of their keys. */
function orderKey({ bytes, starts }: StringList, index: number): number {
  const start = starts[index] ?? 0;
  const end = starts[index + 1] ?? 0;
  let key = 0;
  for (let place = start; place < start + 6; place++) key = key * 256 + (place < end ? (bytes[place] ?? 0) : 0);
  return key;
}
