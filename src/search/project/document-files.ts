import { sep } from 'node:path';
import type { CurrentFiles } from '../answers/current-files.js';
import { existsInRoot, fileStateOf, readDocument, type StatCache, statUnlessUnreadable } from '../documents/index.js';
import { SearchError } from '../errors.js';
import { fingerprint } from '../indexing/file-reading.js';
import type { FileNow } from '../requests/index.js';
import type { IndexedFile } from '../segment/index.js';

/** Where documents' files lie, and what is known of them. */
export interface DocumentFilesParts {
  /** Real absolute path. */
  readonly root: string;
  readonly maximumBytes: number;
  /** What this process has read of the files. */
  readonly cache: StatCache;
  /** True if a document without a file here may have one on another machine. */
  readonly mayBeElsewhere: boolean;
}

/** Compares single files with what was indexed: by what the file system tells of them, and read only if that is not enough. */
export class DocumentFiles {
  readonly #parts: DocumentFilesParts;

  constructor(parts: DocumentFilesParts) {
    this.#parts = parts;
  }

  /** What has become of the file of an indexed document; `undefined` if it still holds what was indexed. */
  findChange({ path, contentHash, sizeBytes }: IndexedFile): FileNow | undefined {
    const stats = statUnlessUnreadable(`${this.#parts.root}${sep}${path}`);
    if (stats === 'unreadable') return stats;
    if (!stats?.isFile()) return this.#parts.mayBeElsewhere ? undefined : 'gone';
    if (stats.size !== sizeBytes) return 'changed';
    const hash = this.#parts.cache.findContentHash(path, fileStateOf(stats)) ?? this.#readHash(path);
    return hash === undefined ? 'unreadable' : hash === contentHash ? undefined : 'changed';
  }

  /** What a file holds now; `undefined` if it cannot be read. */
  read(path: string): Uint8Array | undefined {
    const { root, maximumBytes } = this.#parts;
    try {
      return readDocument(root, path, { maximumBytes }).bytes;
    } catch (error) {
      if (error instanceof SearchError) return undefined;
      throw error;
    }
  }

  /** True if something is at the path, which need not be a document. */
  exists(path: string): boolean {
    return existsInRoot(this.#parts.root, path);
  }

  /** Remembered with the state of the file, so that it is not read again until that changes. */
  #readHash(path: string): string | undefined {
    const { contentHash, state, readAtMs } = fingerprint(this.#parts, path);
    if (contentHash === undefined || state === undefined) return undefined;
    this.#parts.cache.remember(path, { state, contentHash, readAtMs });
    return contentHash;
  }
}

/** The files as one answer sees them: each is looked at once. */
export class AnsweredFiles implements CurrentFiles {
  readonly #files: DocumentFiles;
  readonly #found = new Map<string, FileNow | undefined>();

  constructor(files: DocumentFiles) {
    this.#files = files;
  }

  /** Documents of the answer whose files are not known to hold what was indexed, and what has become of those. */
  get differing(): ReadonlyMap<string, FileNow> {
    const changes = [...this.#found].flatMap(([path, change]) =>
      change === undefined ? [] : [[path, change] as const],
    );
    return new Map(changes);
  }

  findChange(document: IndexedFile): FileNow | undefined {
    const { path } = document;
    if (!this.#found.has(path)) this.#found.set(path, this.#files.findChange(document));
    return this.#found.get(path);
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.read(path);
  }

  exists(path: string): boolean {
    return this.#files.exists(path);
  }
}
