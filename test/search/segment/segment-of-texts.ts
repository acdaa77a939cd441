import { analyseDocument } from '../../../dist/search/analysis/index.js';
import { buildSegment, memorySource, openSegment, type Segment } from '../../../dist/search/segment/index.js';

/** A segment of these documents, by path, without vectors, in which others are removed. */
export function segmentOfTexts(texts: Readonly<Record<string, string>>, tombstones: readonly string[] = []): Segment {
  const documents = Object.entries(texts).map(([path, text]) => analyseDocument({ path, bytes: Buffer.from(text) }));
  const bytes = buildSegment({ documents, vectors: [], tombstones, embedderId: '', dimension: 0 });
  return openSegment('test', memorySource(bytes));
}
