import { expect, test } from 'vitest';
import type { AnalysedDocument } from '../../../dist/search/analysis/analysed-document.js';
import { type RankedChunk, searchView } from '../../../dist/search/ranking/index.js';
import {
  IndexView,
  memorySource,
  mergeSegments,
  openSegment,
  type Segment,
} from '../../../dist/search/segment/index.js';
import { DIMENSION, EMBEDDER, Random, randomDocument, segmentOf, testSeed } from '../segment/random-documents.js';

const QUERIES = ['search', 'alpha beta', 'épée 検索 lock', 'snapshot store gamma delta nothing', 'nothing'] as const;

/** What a caller sees of the results; where they lie is nobody's business. */
function seen(results: readonly RankedChunk[]): readonly unknown[] {
  return results.map(({ location: _location, chunk: _chunk, ...rest }) => rest);
}

function expectSameAnswers(view: IndexView, fresh: IndexView, random: Random): void {
  for (const text of QUERIES) {
    const query = { text, terms: text.split(' '), functionTerms: new Set<string>(), identifierParts: new Map() };
    const values = Float32Array.from({ length: DIMENSION }, () => random.below(200) - 100);
    for (const vector of [undefined, { embedderId: EMBEDDER, values }]) {
      for (const options of [{}, { limit: 3, offset: 2 }, { pathPrefix: 'd1', limit: 50 }]) {
        const expected = seen(searchView(fresh, query, vector, options));
        expect(seen(searchView(view, query, vector, options))).toEqual(expected);
      }
    }
  }
}

test('an index of many small persists, deletions and merges answers hit by hit and bit by bit like a fresh one', () => {
  const random = new Random(testSeed('spread'));
  for (let round = 0; round < 12; round++) {
    const documents = new Map<string, AnalysedDocument>();
    const segments: Segment[] = [];
    let view = IndexView.open([]);
    for (let persist = 0; persist < 25; persist++) {
      const changed = new Map<string, AnalysedDocument>();
      const removed: string[] = [];
      for (let change = random.below(4); change >= 0; change--) {
        const path = `d${random.below(30)}.md`;
        if (random.below(4) === 0 && !changed.has(path)) removed.push(path);
        else changed.set(path, randomDocument(random, path));
      }
      for (const path of removed) documents.delete(path);
      for (const [path, document] of changed) documents.set(path, document);
      segments.push(segmentOf([...changed.values()], removed));
      view = view.advance([...segments]);
      if (random.below(5) > 0) continue;
      const start = random.below(segments.length);
      const inputs = segments.slice(start).map((_, index) => view.mergeInput(start + index));
      segments.splice(
        start,
        Infinity,
        openSegment('m', memorySource(mergeSegments(inputs, { dropTombstones: start === 0 }))),
      );
      view = view.advance([...segments]);
    }
    expectSameAnswers(view, IndexView.open([segmentOf([...documents.values()])]), random);
  }
});
