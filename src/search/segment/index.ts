export { buildSegment, type SegmentInput } from './build-segment.js';
export { damagedSegment } from './damage.js';
export { type DocumentLocation, type IndexedFile, IndexView, type ViewSegment } from './index-view.js';
export { knownVectors, type VectorLookup } from './known-vectors.js';
export { type MergeInput, type MergeOptions, mergeSegments, mergeSegmentsInSteps } from './merge-segments.js';
export { openSegment } from './open-segment.js';
export { closedSegment } from './paged-section.js';
export { PostingBlock } from './postings.js';
export type { FieldLengths, Segment } from './segment.js';
export { fileSource, heldSource, memorySource, type SegmentSource } from './segment-source.js';
export { compareStrings, prefixRange, type StringList, singleString } from './sorted-strings.js';
export { type OutlineEntry, StoredDocument } from './stored-document.js';
export {
  documentsLackingVectors,
  hasKind,
  kindIn,
  lackingVectors,
  type VectorCoverage,
  type VectorKind,
  vectorCoverage,
} from './vector-coverage.js';
