import { isStoreError, type StoreError } from './errors.js';
import { isStillHead, retiredHead } from './head.js';
import type { JsonValue } from './json.js';
import { decodeManifest, type Hold, type Manifest, totalSizeBytes, type Writer } from './manifest.js';
import { type Holder, SpaceLedger } from './space-ledger.js';
import type { Storage } from './storage.js';
import { judgeTags, readTags } from './tags.js';
import { isTakenOver } from './transfer/arrival.js';

/** One generation of the history. */
export interface HistoryEntry {
  readonly generation: number;
  readonly parent: number | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly writer: Writer;
  /** `update`, `rollback`, `resume` or `recover`. */
  readonly operation: string;
  /** True if a pull or push made it, and its metadata is that of a generation of another history, or of its parent. */
  readonly isTakenOver: boolean;
  readonly reason: string;
  readonly hold: Hold | null;
  readonly metadata: { readonly [key: string]: JsonValue };
  readonly fileCount: number;
  /** Bytes of all files, shared ones included. */
  readonly sizeBytes: number;
  /** Bytes of the files that this generation itself wrote. */
  readonly ownSizeBytes: number;
  readonly tags: readonly string[];
}

/** A generation and the names that keep it. */
export interface TaggedGeneration {
  readonly generation: number;
  readonly tags: readonly string[];
}

/** The generations that can be opened, and what is wrong with the others. */
export interface History {
  /** Newest first. */
  readonly generations: readonly HistoryEntry[];
  /** Tagged generations beyond the limit, newest first. */
  readonly olderTagged: readonly TaggedGeneration[];
  readonly damage: readonly StoreError[];
  /**
   * Bytes that these generations occupy: files and manifests, what is shared counted once. Of a history without a limit
   * it is the `totalBytes` of collecting, but for what readers still hold of generations that were collected.
   */
  readonly totalBytes: number;
}

/** Reads the newest `limit` generations of the history, and says which older ones are tagged. */
export async function readHistory(storage: Storage, limit: number): Promise<History> {
  const tags = (await judgeTags(storage, await readTags(storage))).filter(({ isLost }) => isLost !== true);
  const generations: HistoryEntry[] = [];
  const olderTagged: TaggedGeneration[] = [];
  const damage: StoreError[] = [];
  const holders: Holder[] = [];
  const listed = await storage.listGenerations();
  for (const generation of listed.toReversed()) {
    const ownTags = tags.filter((tag) => tag.generation === generation).map((tag) => tag.name);
    if (generations.length >= limit) {
      if (ownTags.length > 0) olderTagged.push({ generation, tags: ownTags });
      continue;
    }
    const found = await storage.readManifest(generation);
    if (found?.isRetired === true && (await isStillHead(storage, generation, listed)))
      damage.push(retiredHead(generation));
    if (found === undefined) continue;
    const holder = { generation, manifestBytes: found.bytes.byteLength };
    if (found.isRetired && ownTags.length === 0) {
      holders.push({ ...holder, files: undefined });
      continue;
    }
    try {
      const manifest = decodeManifest(found.bytes, generation);
      generations.push(describe(manifest, ownTags));
      holders.push({ ...holder, files: manifest.files });
    } catch (error) {
      if (!isStoreError(error, 'GENERATION_DAMAGED')) throw error;
      damage.push(error);
      holders.push({ ...holder, files: new Map() });
    }
  }
  return { generations, olderTagged, damage, totalBytes: new SpaceLedger(holders).totalBytes };
}

function describe(manifest: Manifest, tags: readonly string[]): HistoryEntry {
  const { generation, parent, createdAt, writer, operation, reason, hold, metadata, files } = manifest;
  let ownSizeBytes = 0;
  for (const file of files.values()) if (file.owner === generation) ownSizeBytes += file.sizeBytes;
  return {
    generation,
    parent: parent?.generation ?? null,
    createdAt,
    writer,
    operation,
    isTakenOver: isTakenOver(manifest),
    reason,
    hold,
    metadata,
    fileCount: files.size,
    sizeBytes: totalSizeBytes(manifest),
    ownSizeBytes,
    tags,
  };
}
