import { expect, test } from 'vitest';
import type { AnalysedDocument } from '../../../dist/search/analysis/analysed-document.js';
import {
  buildSegment,
  documentsLackingVectors,
  IndexView,
  memorySource,
  mergeSegments,
  mergeSegmentsInSteps,
  openSegment,
  type Segment,
  vectorCoverage,
} from '../../../dist/search/segment/index.js';
import {
  DIMENSION,
  EMBEDDER,
  PATHS,
  Random,
  randomDocument,
  segmentBytes,
  segmentOf,
  testSeed,
  vectorOf,
} from './random-documents.js';

/** A list of segments and beside it the plain map that it must mean. */
class Model {
  readonly random: Random;
  segments: Segment[] = [];
  states: Map<string, AnalysedDocument>[] = [new Map()];

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  get documents(): Map<string, AnalysedDocument> {
    return this.states.at(-1) ?? new Map();
  }

  write(): void {
    const next = new Map(this.documents);
    const changed = new Map<string, AnalysedDocument>();
    const removed: string[] = [];
    for (let change = this.random.below(4); change >= 0; change--) {
      const path = this.random.pick(PATHS);
      if (this.random.below(3) === 0 && !changed.has(path)) removed.push(path);
      else changed.set(path, randomDocument(this.random, path));
    }
    for (const path of removed) next.delete(path);
    for (const [path, document] of changed) next.set(path, document);
    this.segments.push(segmentOf([...changed.values()], removed));
    this.states.push(next);
  }

  merge(view: IndexView): void {
    const start = this.random.below(this.segments.length);
    const end = start + 1 + this.random.below(this.segments.length - start);
    const inputs = Array.from({ length: end - start }, (_, index) => view.mergeInput(start + index));
    const merged = openSegment('merged', memorySource(mergeSegments(inputs, { dropTombstones: start === 0 })));
    this.segments.splice(start, end - start, merged);
    // Merged segments mean what the newest state means; older lists are not gone back to.
    this.states = [this.documents];
  }

  rollBack(): void {
    if (this.states.length < 3) return;
    this.segments.pop();
    this.states.pop();
  }
}

function expectMeaning(view: IndexView, documents: ReadonlyMap<string, AnalysedDocument>): void {
  expect(view.paths()).toEqual([...documents.keys()].sort());
  expect(view.documentCount).toBe(documents.size);
  const chunks = [...documents.values()].reduce((sum, document) => sum + document.chunks.length, 0);
  expect(view.chunkCount).toBe(chunks);
  expect(view.chunkCount + view.deadChunkCount).toBe(view.chunkSlots);
  for (const path of PATHS) {
    const location = view.find(path);
    expect(location && view.document(location).contentHash).toBe(documents.get(path)?.contentHash);
  }
  const fresh = IndexView.open([segmentOf([...documents.values()])]);
  expect(view.lengths).toEqual(fresh.lengths);
}

test('after any writes, merges and rollbacks a view means what a plain map means, and advancing equals opening', () => {
  const model = new Model(testSeed('index view'));
  let view = IndexView.open([]);
  for (let round = 0; round < 400; round++) {
    const kind = model.random.below(6);
    if (kind === 0 && model.segments.length > 0) model.merge(view);
    else if (kind === 1) model.rollBack();
    else model.write();
    view = view.advance([...model.segments]);
    expectMeaning(view, model.documents);
    expect(IndexView.open(model.segments).lengths).toEqual(view.lengths);
  }
});

test('merging everything gives the bytes of a fresh build', () => {
  const model = new Model(testSeed('merge'));
  for (let round = 0; round < 30; round++) model.write();
  const view = IndexView.open(model.segments);
  const inputs = model.segments.map((_, index) => view.mergeInput(index));
  const fresh = segmentBytes([...model.documents.values()]);
  expect(mergeSegments(inputs, { dropTombstones: true })).toEqual(fresh);
});

test('a merge in steps pauses on the way', () => {
  const many = Array.from({ length: 300 }, (_, index) => randomDocument(new Random(index), `${index}.md`));
  const view = IndexView.open([segmentOf(many)]);
  const steps = [...mergeSegmentsInSteps([view.mergeInput(0)], { dropTombstones: false })];
  expect(steps.length).toBeGreaterThan(4);
});

test('a tombstone survives a merge that leaves older segments out', () => {
  const document = randomDocument(new Random(1), 'a.md');
  const segments = [segmentOf([document]), segmentOf([], ['a.md']), segmentOf([randomDocument(new Random(2), 'b.md')])];
  const view = IndexView.open(segments);
  const merged = mergeSegments([view.mergeInput(1), view.mergeInput(2)], { dropTombstones: false });
  expect(view.advance([...segments.slice(0, 1), openSegment('m', memorySource(merged))]).paths()).toEqual(['b.md']);
});

test('merging segments of different embedders keeps the vectors of the one that is asked for', () => {
  const view = IndexView.open([segmentOf([randomDocument(new Random(1), 'a.md')])]);
  const other = { ...view.mergeInput(0) };
  const { parts } = other.segment;
  const document = randomDocument(new Random(2), 'b.md');
  const vectors = document.chunks.map(vectorOf);
  const kind = { embedderId: `${parts.embedderId}-other`, dimension: parts.dimension };
  const foreignBytes = buildSegment({ documents: [document], vectors, tombstones: [], ...kind });
  const foreign = openSegment('f', memorySource(foreignBytes));
  const inputs = [other, { segment: foreign, live: () => true }];
  for (const kept of [other.segment, foreign]) {
    const { embedderId, dimension } = kept.parts;
    const embedder = { id: embedderId, dimension };
    const bytes = mergeSegments(inputs, { dropTombstones: true, embedder });
    const merged = IndexView.open([openSegment('m', memorySource(bytes))]);
    expect(merged.segments[0]?.segment.parts.embedderId).toBe(embedderId);
    expect(vectorCoverage(merged, { id: embedderId, dimension: 0 })).toMatchObject({ embedded: kept.chunkCount });
    for (let chunk = 0; chunk < kept.chunkCount; chunk++) {
      const known = merged.knownVectors(embedder).find(kept.chunkHash(chunk));
      expect(known?.codes).toEqual(kept.vector(chunk).codes);
    }
    const lost = inputs.map(({ segment }) => segment).find((segment) => segment !== kept);
    expect(merged.knownVectors(embedder).find(lost?.chunkHash(0) ?? '')).toBeUndefined();
    expect([...documentsLackingVectors(merged, { id: embedderId, dimension: 0 })]).toHaveLength(1);
  }
});

test('segments in another order mean another thing', () => {
  const [older, newer] = [1, 2].map((seed) => segmentOf([randomDocument(new Random(seed), 'a.md')]));
  if (older === undefined || newer === undefined) throw new Error('no segments');
  const view = IndexView.open([older, newer]);
  const turned = view.advance([newer, older]);
  expect(turned.find('a.md')).toEqual({ segment: 1, document: 0 });
  expect([...turned.files()][0]?.contentHash).toBe(older.contentHash(0));
});

test('vectors of dead chunks are still known by their hash, those of another embedder or dimension are not', () => {
  const kind = { id: EMBEDDER, dimension: DIMENSION };
  const first = randomDocument(new Random(1), 'a.md');
  const [chunk] = first.chunks;
  if (chunk === undefined) throw new Error('no chunk');
  const view = IndexView.open([segmentOf([first]), segmentOf([], ['a.md'])]);
  expect(view.documentCount).toBe(0);
  expect(view.knownVectors(kind).find(chunk.hash)?.codes).toEqual(vectorOf(chunk).codes);
  expect(view.knownVectors({ id: 'other', dimension: 0 }).find(chunk.hash)).toBeUndefined();
  expect(view.knownVectors({ id: EMBEDDER, dimension: DIMENSION * 2 }).find(chunk.hash)).toBeUndefined();
  expect(view.knownVectors(kind).find('0123456789abcdef')).toBeUndefined();
});

test('files lists what reconciliation needs of every live document', () => {
  const documents = PATHS.map((path, index) => randomDocument(new Random(index), path));
  const files = [...IndexView.open([segmentOf(documents)]).files()];
  const expected = documents.map(({ path, contentHash, sizeBytes }) => ({ path, contentHash, sizeBytes }));
  expect(files.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(expected.sort((a, b) => (a.path < b.path ? -1 : 1)));
});

test('a view without a segment of which nothing lives is the view of the others', () => {
  const first = segmentOf([randomDocument(new Random(1), 'a.md'), randomDocument(new Random(2), 'b.md')]);
  const dead = segmentOf([randomDocument(new Random(3), 'a.md')]);
  const newest = segmentOf([randomDocument(new Random(4), 'a.md')]);
  const view = IndexView.open([first, dead, newest]).withoutDead([true, false, true]);
  const expected = IndexView.open([first, newest]);
  expect(view.segments).toEqual(expected.segments);
  expect(view.lengths).toEqual(expected.lengths);
  expect([view.documentCount, view.chunkCount, view.chunkSlots]).toEqual([2, expected.chunkCount, expected.chunkSlots]);
});
