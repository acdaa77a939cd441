import { type FileState, isSameState } from './file-state.js';

// As git's rule for "racily clean" entries: file systems stamp files with a clock that may stand still for up to two
// seconds (FAT), so a file changed at about the time it was read may change again and look the same.
const CLOCK_STEP_MS = 2_000;

/**
 * What this process read of each document and the state of the file at that moment, so that a look at the state
 * alone tells that the content is still the same. In memory only: file times differ from one checkout to the next.
 */
export class StatCache {
  readonly #entries = new Map<string, CachedRead>();

  /** Remembers that the file was read in `state` (taken before the read began) and held `contentHash`. */
  remember(path: string, read: CachedRead): void {
    // Copied, because callers pass objects that also hold the bytes.
    this.#entries.set(path, {
      state: {
        sizeBytes: read.state.sizeBytes,
        modifiedMs: read.state.modifiedMs,
        changedMs: read.state.changedMs,
        inode: read.state.inode,
      },
      contentHash: read.contentHash,
      readAtMs: read.readAtMs,
    });
  }

  forget(path: string): void {
    this.#entries.delete(path);
  }

  /** Forgets all paths but these; call after a full comparison so that the cache does not grow with what is gone. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#entries.keys()) if (!paths.has(path)) this.#entries.delete(path);
  }

  /** The hash of what was read last, though the file may be another by now; undefined if nothing was. */
  lastContentHash(path: string): string | undefined {
    return this.#entries.get(path)?.contentHash;
  }

  /** The hash of what a file in this state holds; undefined if only reading it can tell. */
  findContentHash(path: string, state: FileState): string | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined || !isSameState(entry.state, state) || isRacy(entry)) return undefined;
    return entry.contentHash;
  }
}

export interface CachedRead {
  readonly state: FileState;
  readonly contentHash: string;
  /** By the clock that stamps files: milliseconds since 1970, taken before the read began. */
  readonly readAtMs: number;
}

/** The file was changed so shortly before it was read that a later change may bear the same time. */
function isRacy({ state, readAtMs }: CachedRead): boolean {
  return Math.max(state.modifiedMs, state.changedMs) > readAtMs - CLOCK_STEP_MS;
}
