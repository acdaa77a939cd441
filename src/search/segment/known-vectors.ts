import type { QuantizedVector } from '../embedding/embedder.js';
import { isMissing } from '../embedding/quantized-vector.js';
import type { Segment } from './segment.js';
import { hasKind, type VectorKind } from './vector-coverage.js';

/** Vectors that were made before, by what they were made of. */
export interface VectorLookup {
  /** @param chunkHash 16 hex digits, as `AnalysedChunk.hash` */
  find(chunkHash: string): QuantizedVector | undefined;
}

/** Places looked at before giving up: a vector that is not found is made again, so this costs nothing but time. */
const MAXIMUM_PROBES = 64;

const tables = new WeakMap<Segment, Uint32Array>();

/**
 * The vectors in these segments, dead chunks included, so that what was deleted and comes back is not embedded again.
 * Segments of another kind do not count. A segment's table is made at its first use and lives as long as it.
 */
export function knownVectors(segments: readonly Segment[], kind: VectorKind): VectorLookup {
  const usable = segments.filter((segment) => hasKind(segment, kind)).reverse();
  return {
    find: (chunkHash) => {
      const high = Number.parseInt(chunkHash.slice(0, 8), 16);
      const low = Number.parseInt(chunkHash.slice(8, 16), 16);
      for (const segment of usable) {
        const chunk = findChunk(segment, high, low);
        const vector = chunk === undefined ? undefined : segment.vector(chunk);
        if (vector !== undefined && !isMissing(vector)) return vector;
      }
      return undefined;
    },
  };
}

function findChunk(segment: Segment, high: number, low: number): number | undefined {
  const table = tableOf(segment);
  const { hashHigh, hashLow } = segment.parts.chunkHashes;
  for (let probe = 0; probe < MAXIMUM_PROBES; probe++) {
    const entry = table[(low + probe) % table.length] ?? 0;
    if (entry === 0) return undefined;
    if (hashHigh[entry - 1] === high && hashLow[entry - 1] === low) return entry - 1;
  }
  return undefined;
}

/** An open-addressing table of chunk numbers plus one; hashes are spread evenly already, being parts of SHA-256. */
function tableOf(segment: Segment): Uint32Array {
  const ready = tables.get(segment);
  if (ready !== undefined) return ready;
  const { hashHigh, hashLow } = segment.parts.chunkHashes;
  const { scales } = segment.parts;
  const table = new Uint32Array(segment.chunkCount * 2 + 1);
  for (let chunk = 0; chunk < segment.chunkCount; chunk++) {
    const low = hashLow[chunk] ?? 0;
    for (let probe = 0; probe < MAXIMUM_PROBES; probe++) {
      const place = (low + probe) % table.length;
      const entry = table[place] ?? 0;
      if (entry === 0) table[place] = chunk + 1;
      // Equal chunks are common (licence notes, boilerplate) and have equal vectors, unless one has none yet.
      const isSame = entry > 0 && hashLow[entry - 1] === low && hashHigh[entry - 1] === hashHigh[chunk];
      if (isSame && (scales[entry - 1] ?? 0) < 0) table[place] = chunk + 1;
      if (entry === 0 || isSame) break;
    }
  }
  tables.set(segment, table);
  return table;
}
