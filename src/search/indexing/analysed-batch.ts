import { batchEmbeddingOf, type ThreadEmbedding } from '../embedding/index.js';
import { DocumentBatch } from './document-batch.js';
import { analyseFile } from './file-analysis.js';
import type { ReadingRules } from './file-reading.js';
import type { SegmentMaker } from './new-segment.js';
import type { FileReading } from './worker-protocol.js';

/** Documents that were read and analysed, here or in a thread that keeps them until `release`. */
export interface AnalysedBatch extends SegmentMaker {
  readonly readings: readonly FileReading[];
  release(): void;
}

/** Reads and analyses a few files in the calling thread. */
export function analyseHere(
  rules: ReadingRules,
  paths: readonly string[],
  threadEmbedding: ThreadEmbedding,
): AnalysedBatch {
  const read = paths.map((path) => analyseFile(rules, path));
  const embedding = batchEmbeddingOf(threadEmbedding);
  const batch = new DocumentBatch(read.flatMap(({ document }) => document ?? []));
  return {
    embedder: { id: embedding.id, dimension: embedding.dimension },
    readings: read.map(({ reading }) => reading),
    chunkHashes: () => batch.chunkHashes(),
    adopt: async (vectors) => batch.adopt(vectors),
    build: (selection) => batch.build(selection, embedding),
    release: () => {},
  };
}
