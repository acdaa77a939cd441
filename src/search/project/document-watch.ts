import { setImmediate as turn } from 'node:timers/promises';
import { type DocumentFilter, DocumentWatcher, existsInRoot, findUntoldPlace } from '../documents/index.js';
import type { IndexProblem } from './options.js';
import type { ProblemList } from './problem-list.js';

/** What watching needs of the rest. */
export interface DocumentWatchParts {
  readonly filter: DocumentFilter;
  readonly debounceMs: number;
  readonly problems: ProblemList;
  /** Documents below a folder that the index has, or is about to have. */
  readonly documentsBelow: (folder: string) => Iterable<string>;
  /** Looks at documents that may have changed. */
  readonly look: (paths: ReadonlySet<string>) => Promise<void>;
  /** Compares all files, since changes may have gone unseen. */
  readonly compareAll: () => void;
}

const WATCHING = 'watching';
/** The system tells of a change within milliseconds; some, only when they have the time. */
const TOLD_WITHIN_MS = 2_000;

/**
 * Watches the documents of a project as long as that is possible, tries again where it is not, and knows whether every
 * change is told: not where other machines change files, and not once a change was found that nobody had told of.
 */
export class DocumentWatch {
  readonly #parts: DocumentWatchParts;
  #watcher: DocumentWatcher | undefined;
  /** Told, and not looked at yet. */
  readonly #batches = new Set<ReadonlySet<string>>();
  /** Set where the file system does not tell of all changes. */
  #untoldPlace: IndexProblem | undefined;
  /** A change was not told: what is watched may have gone away, until something is told again. */
  #isSilent = false;
  #isRestartDue = false;
  /** Documents that differ although nobody has told of a change. */
  readonly #suspects = new Set<string>();
  #judging: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: DocumentWatchParts) {
    this.#parts = parts;
  }

  /** True if every change from now on is told. */
  get isTold(): boolean {
    return this.#watcher?.isWatching === true && this.#untoldPlace === undefined && !this.#isSilent;
  }

  /** True if something was told that nobody has looked at yet. */
  get isAnythingTold(): boolean {
    const isWaiting = this.#watcher !== undefined && (this.#watcher.waiting.size > 0 || this.#watcher.isUnsettled);
    return isWaiting || this.#batches.size > 0;
  }

  /** True if documents were told to have changed that are not there any more, or a folder of them. */
  get areDocumentsGoing(): boolean {
    if (this.#watcher?.isUnsettled === true) return true;
    const { root } = this.#parts.filter.rules;
    return [...this.toldPaths].some((path) => !existsInRoot(root, path));
  }

  /** Documents whose change was told and that nobody has looked at yet. */
  get toldPaths(): ReadonlySet<string> {
    return new Set([...(this.#watcher?.waiting ?? []), ...[...this.#batches].flatMap((batch) => [...batch])]);
  }

  /** Resolves when changes are told, or it is clear, and listed as a problem, that they are not. */
  async start(): Promise<void> {
    this.#untoldPlace = await findUntoldPlace(this.#parts.filter.rules);
    if (this.#untoldPlace !== undefined) this.#parts.problems.set(WATCHING, this.#untoldPlace);
    await this.#startWatcher();
  }

  /** True if watching has failed, or shows nothing. */
  get isMendDue(): boolean {
    const isFailed = this.#watcher !== undefined && !this.#watcher.isWatching;
    return isFailed || this.#isRestartDue;
  }

  /** Tries again where watching has failed. Call before all files are compared, so that nothing falls in between. */
  async mend(): Promise<void> {
    if (this.#isClosed || !this.isMendDue) return;
    this.#isRestartDue = false;
    await this.#watcher?.close();
    await this.#startWatcher();
  }

  /** Notices, and has all files compared, where the root or an ignore file outside of it is another by now. */
  lookAround(): void {
    // Where not all is told, questions compare all files anyway.
    if (this.isTold) this.#watcher?.lookAround();
  }

  /** Documents were found to differ: if nobody tells of their changes soon, not all changes are told. */
  suspect(paths: readonly string[]): void {
    if (!this.isTold || this.#watcher?.isUnsettled === true) return;
    const told = this.toldPaths;
    for (const path of paths) if (!told.has(path)) this.#suspects.add(path);
    if (this.#suspects.size > 0) this.#judging ??= setTimeout(() => void this.#judge(), TOLD_WITHIN_MS).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#judging);
    await this.#watcher?.close();
  }

  async #startWatcher(): Promise<void> {
    const { filter, debounceMs, problems, compareAll } = this.#parts;
    let isStarted = false;
    const watcher = await DocumentWatcher.start({
      filter,
      debounceMs,
      onChange: (paths) => void this.#told(paths),
      documentsBelow: (folder) => this.#documentsBelow(folder),
      onRescan: () => {
        this.#suspects.clear();
        compareAll();
      },
      onProblem: (problem) => {
        problems.set(WATCHING, problem);
        // Whoever starts to watch compares afterwards anyway.
        if (isStarted) compareAll();
      },
    });
    isStarted = true;
    this.#watcher = watcher;
    this.#suspects.clear();
    if (this.#isClosed) await watcher.close();
    else if (watcher.isWatching) this.#clearProblem();
  }

  *#documentsBelow(folder: string): Generator<string> {
    yield* this.#parts.documentsBelow(folder);
    // Read perhaps, and noted by nobody yet.
    for (const batch of this.#batches) for (const path of batch) if (path.startsWith(`${folder}/`)) yield path;
  }

  async #told(batch: ReadonlySet<string>): Promise<void> {
    for (const path of batch) this.#suspects.delete(path);
    if (this.#isSilent && !this.#isRestartDue) {
      this.#isSilent = false;
      this.#clearProblem();
      // What changed before may have gone unseen.
      this.#parts.compareAll();
    }
    this.#batches.add(batch);
    try {
      await this.#parts.look(batch);
    } finally {
      this.#batches.delete(batch);
    }
  }

  async #judge(): Promise<void> {
    // Where the process was busy, what was told waits to be read.
    await turn();
    this.#judging = undefined;
    const told = this.toldPaths;
    const path = [...this.#suspects].find((suspect) => !told.has(suspect));
    this.#suspects.clear();
    if (path === undefined || this.#isClosed || !this.isTold || this.#watcher?.isUnsettled === true) return;
    this.#isSilent = true;
    this.#isRestartDue = true;
    this.#parts.problems.set(WATCHING, {
      code: 'NOT_WATCHING',
      message: `watching: ${path} changed, and the system did not tell of it`,
      remedy: 'Files are compared with the index when something is asked, until changes are told again.',
    });
    this.#parts.compareAll();
  }

  #clearProblem(): void {
    const { problems } = this.#parts;
    // A watch that was started anew has yet to show that it tells.
    if (this.#isSilent) return;
    if (this.#untoldPlace === undefined) problems.clear(WATCHING);
    else problems.set(WATCHING, this.#untoldPlace);
  }
}
