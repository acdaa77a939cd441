/** What differs between the files and the index, for those who only read. */
import os from 'node:os';
import type { Instance, SnapshotStore } from '../../store/index.js';
import { discover } from '../documents/index.js';
import { SearchError } from '../errors.js';
import { fingerprintText, isSameContent } from '../indexing/file-reading.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { hasChangedSince } from './changed-since.js';
import { indexPlaceOf } from './index-place.js';
import type { IndexProblem, ProjectIndexOptions } from './options.js';
import { problemOf } from './problem-list.js';

/** What a look at all files came to. */
interface Findings {
  /** Documents that would be indexed or removed. */
  readonly differing: number;
  /** Files that cannot be indexed, and folders that cannot be read. */
  readonly problems: readonly IndexProblem[];
}

const NOTHING: Findings = { differing: 0, problems: [] };

/** Whether files that an instance follows are compared only where something changed since the newest generation. */
type Depth = 'ifChanged' | 'always';

/** A look reads every document, so a process that asks again and again does not look each time. */
const LOOK_EVERY_MS = 5_000;

/** A reader's own knowledge of how far the index is behind the files. */
export class UnfollowedFiles {
  readonly #options: ProjectIndexOptions;
  readonly #store: SnapshotStore | undefined;
  #findings = NOTHING;
  #isUnknown = false;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #generation = -1;
  #isComplete = false;

  /** @param store `undefined` where there is no index */
  constructor(options: ProjectIndexOptions, store: SnapshotStore | undefined) {
    this.#options = options;
    this.#store = store;
  }

  /** Documents that would be indexed or removed, as of the last look. */
  get differing(): number {
    return this.#findings.differing;
  }

  /** True if the files hold something else than the index, or if they could not be looked at. */
  get isBehind(): boolean {
    return this.#isUnknown || this.#findings.differing > 0;
  }

  get problems(): readonly IndexProblem[] {
    return this.#findings.problems;
  }

  /**
   * Compares the files with the index, unless the last look was just now, or an instance follows them and nothing has
   * changed since the newest generation: an instance may be stopped, unable to write, or have other settings.
   */
  async look(index: LoadedIndex): Promise<void> {
    await this.#look(index, 'ifChanged');
  }

  /** As `look`, and compares whatever else is known. */
  async lookAnyway(index: LoadedIndex): Promise<void> {
    await this.#look(index, 'always');
  }

  async #look(index: LoadedIndex, depth: Depth): Promise<void> {
    if (this.#store === undefined || index.generation === 0) return;
    const nowMs = performance.now();
    const isRecent = index.generation === this.#generation && nowMs - this.#lookedMs < LOOK_EVERY_MS;
    if (isRecent && (this.#isComplete || depth === 'ifChanged')) return;
    this.#isComplete = depth === 'always' || !(await this.#isTakenCareOf(this.#store, index));
    if (this.#isComplete) await this.#compare(index);
    else this.#accept(NOTHING);
    this.#lookedMs = performance.now();
    this.#generation = index.generation;
  }

  async #isTakenCareOf(store: SnapshotStore, { view, createdAtMs }: LoadedIndex): Promise<boolean> {
    return (await this.#isFollowed(store)) && !hasChangedSince(this.#options, view.paths(), createdAtMs);
  }

  /** Whether an instance should see when these files change. */
  async #isFollowed(store: SnapshotStore): Promise<boolean> {
    const instances = await store.instances();
    const isOfThese = ({ identity }: Instance): boolean =>
      !indexPlaceOf(this.#options).isShared || identity.host === os.hostname();
    return instances.some((one) => (one.role === 'indexer' || one.role === 'follower') && isOfThese(one));
  }

  #accept(findings: Findings): void {
    this.#findings = findings;
    this.#isUnknown = false;
  }

  async #compare(index: LoadedIndex): Promise<void> {
    try {
      this.#accept(await compareFiles(this.#options, index));
    } catch (error) {
      if (!(error instanceof SearchError) || error.code === 'SEGMENT_DAMAGED') throw error;
      this.#findings = { differing: 0, problems: [problemOf(error)] };
      this.#isUnknown = true;
    }
  }
}

/**
 * Compares every document's file with the index. All are read: times do not tell what a file holds, and what was seen
 * by another process vouches for nothing.
 */
async function compareFiles(options: ProjectIndexOptions, { view }: LoadedIndex): Promise<Findings> {
  const { root, maximumFileBytes: maximumBytes, documentsPath, recursive, include, exclude, indexPath } = options;
  const { documents, problems } = await discover({ root, documentsPath, recursive, include, exclude, indexPath });
  const found: IndexProblem[] = [...problems];
  const missing = new Set(view.paths());
  let differing = 0;
  for (const { path, sizeBytes } of documents) {
    const location = view.find(path);
    const indexed = location === undefined ? undefined : view.document(location);
    const rules = { root, maximumBytes };
    if (indexed?.sizeBytes === sizeBytes && isSameContent(rules, path, indexed)) {
      missing.delete(path);
      continue;
    }
    const { contentHash, problem } = fingerprintText(rules, path);
    if (problem !== undefined) found.push(problem);
    if (contentHash === undefined) continue;
    missing.delete(path);
    differing += 1;
  }
  return { differing: differing + missing.size, problems: found };
}
