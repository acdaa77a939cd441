import { LocalEmbedder } from '../embedding/index.js';
import type { SegmentMaker } from './commit-changes.js';
import { DocumentBatch } from './document-batch.js';
import { analyseFile, type ReadingRules } from './file-reading.js';
import type { FileReading } from './worker-protocol.js';

/** Documents that were read and analysed, here or in a thread that keeps them until `release`. */
export interface AnalysedBatch extends SegmentMaker {
  readonly readings: readonly FileReading[];
  release(): void;
}

/** Reads and analyses a few files in the calling thread. */
export function analyseHere(rules: ReadingRules, paths: readonly string[]): AnalysedBatch {
  const read = paths.map((path) => analyseFile(rules, path));
  const embedder = new LocalEmbedder();
  const batch = new DocumentBatch(
    read.flatMap(({ document }) => document ?? []),
    embedder,
  );
  return {
    embedder: { id: embedder.id, dimension: embedder.dimension },
    readings: read.map(({ reading }) => reading),
    chunkHashes: () => batch.chunkHashes(),
    adopt: async (vectors) => batch.adopt(vectors),
    build: (selection) => batch.build(selection),
    release: () => {},
  };
}
