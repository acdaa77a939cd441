import { startChokidarTreeWatch } from './chokidar-tree-watch.js';
import type { DocumentFilter } from './document-filter.js';
import type { DocumentProblem } from './document-problem.js';
import { startInotifyTreeWatch } from './inotify-tree-watch.js';
import { QuietPeriod } from './quiet-period.js';
import { stateOfSurroundings } from './surroundings.js';
import type { StartTreeWatch, TreeListener, TreeWatch } from './tree-watch.js';

export interface DocumentWatcherOptions {
  /** What a document is; the watcher reloads it when an ignore file changes. */
  readonly filter: DocumentFilter;
  /** Quiet time that ends a burst of changes, default 500. A burst that does not end is delivered every 5 times this. */
  readonly debounceMs?: number;
  /**
   * Documents that came, changed or went away since the last batch, relative to the root: a hint to look at them, not
   * a promise that they differ. Must not throw.
   */
  readonly onChange: (paths: ReadonlySet<string>) => void;
  /** Single paths do not tell what changed (an ignore file did, a folder that may not be read, or far too much at once): discover again. Must not throw. */
  readonly onRescan: () => void;
  /**
   * Documents below a folder (no `/` at its end) that the caller knows of, wherever from: they are reported when the
   * folder goes away, since the system does not tell of each.
   */
  readonly documentsBelow: (folder: string) => Iterable<string>;
  /** Must not throw. */
  readonly onProblem: (problem: DocumentProblem) => void;
  /** Default: inotify on Linux, chokidar elsewhere. */
  readonly startTreeWatch?: StartTreeWatch;
}

const DEFAULT_DEBOUNCE_MS = 500;
const LONGEST_BURST = 5;

// Linux drops events beyond `max_queued_events` (16,384 by default) and Node does not pass on that it did.
const EVENTS_THAT_MAY_HAVE_OVERFLOWN = 8_192;

/**
 * Tells which documents changed. Start it first and discover then, so that nothing falls in between. It keeps the
 * process alive until it is closed. If the system cannot watch (no more watches left, say), it reports `NOT_WATCHING`
 * and stays silent: regular comparison finds what it misses, and another watcher may do better.
 */
export class DocumentWatcher {
  readonly #options: DocumentWatcherOptions;
  readonly #quiet: QuietPeriod;
  readonly #touched = new Set<string>();
  readonly #goneFolders = new Set<string>();
  #events = 0;
  #needsRescan = false;
  #isRestarting = false;
  #watch: TreeWatch | undefined;
  #isReady = false;
  /** As it was before anything was watched. */
  #surroundings = '';
  #state: 'watching' | 'failed' | 'closed' = 'watching';

  private constructor(options: DocumentWatcherOptions) {
    const quietMs = options.debounceMs ?? DEFAULT_DEBOUNCE_MS;
    this.#options = options;
    this.#quiet = new QuietPeriod({ quietMs, limitMs: LONGEST_BURST * quietMs, deliver: () => this.#deliver() });
  }

  /** Resolves when every change from now on is seen, or when it is clear (and reported) that none will be. */
  static async start(options: DocumentWatcherOptions): Promise<DocumentWatcher> {
    const watcher = new DocumentWatcher(options);
    await watcher.#start();
    return watcher;
  }

  /** False after `NOT_WATCHING` and after `close`. */
  get isWatching(): boolean {
    return this.#state === 'watching';
  }

  /** Documents that the system has told of and `onChange` has not been called for yet. */
  get waiting(): ReadonlySet<string> {
    return this.#touched;
  }

  /** True if something has changed and single documents will not, or not yet, tell what. */
  get isUnsettled(): boolean {
    return this.#needsRescan || this.#isRestarting || this.#goneFolders.size > 0;
  }

  /**
   * Looks at what the system does not tell of: whether another folder is at the root now, and whether the ignore files
   * outside of it have changed. If so, all is watched anew and the caller is asked to discover again.
   */
  lookAround(): void {
    if (this.#isReady && stateOfSurroundings(this.#options.filter.rules.root) !== this.#surroundings)
      void this.#restart();
  }

  /** Ends watching; nothing is called any more. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#stop();
  }

  async #start(): Promise<void> {
    const { filter } = this.#options;
    const start = this.#options.startTreeWatch ?? startDefault;
    const tree = {
      root: filter.rules.root,
      entersFolder: (path: string): boolean => filter.entersFolder(path),
      wantsFile: (path: string): boolean => filter.accepts(path) || filter.isIgnoreFile(path),
    };
    // Noted before they are read: what changes in between is seen to differ.
    this.#surroundings = stateOfSurroundings(filter.rules.root);
    filter.reload();
    const watch = await start(tree, this.#listener());
    if (this.isWatching) {
      this.#watch = watch;
      this.#isReady = true;
    } else {
      await watch.close();
    }
  }

  async #stop(): Promise<void> {
    this.#isReady = false;
    this.#quiet.cancel();
    this.#touched.clear();
    this.#goneFolders.clear();
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.close();
  }

  #listener(): TreeListener {
    return {
      onFile: (path) => {
        // What is seen before all is watched belongs to the state that the caller discovers afterwards.
        if (!this.#isReady) return;
        if (this.#options.filter.accepts(path)) this.#touched.add(path);
        else this.#needsRescan = true;
        this.#onEvent();
      },
      onFolderGone: (path) => {
        this.#options.filter.forgetFolder(path);
        // Files that nobody asks for come and go all the time, and look the same.
        if (!this.#isReady || !this.#isAnythingBelow(path)) return;
        this.#goneFolders.add(path);
        this.#onEvent();
      },
      onUnreadable: () => {
        if (!this.#isReady) return;
        this.#needsRescan = true;
        this.#onEvent();
      },
      onFailure: (error) => this.#fail(error),
    };
  }

  #isAnythingBelow(folder: string): boolean {
    for (const _ of this.#options.documentsBelow(folder)) return true;
    return false;
  }

  #onEvent(): void {
    this.#events++;
    this.#quiet.touch();
  }

  #deliver(): void {
    if (!this.isWatching) return;
    if (this.#needsRescan || this.#events > EVENTS_THAT_MAY_HAVE_OVERFLOWN) {
      void this.#restart();
      return;
    }
    this.#events = 0;
    const batch = new Set(this.#touched);
    this.#touched.clear();
    for (const folder of this.#goneFolders) for (const path of this.#options.documentsBelow(folder)) batch.add(path);
    this.#goneFolders.clear();
    if (batch.size > 0) this.#options.onChange(batch);
  }

  /** Other folders may belong to the tree now, or some went unseen. */
  async #restart(): Promise<void> {
    this.#isRestarting = true;
    this.#needsRescan = false;
    this.#events = 0;
    await this.#stop();
    if (this.isWatching) await this.#start();
    this.#isRestarting = false;
    if (this.#state !== 'closed') this.#options.onRescan();
  }

  #fail(error: Error): void {
    // One cause makes many errors, one for each folder that is still to be watched.
    if (!this.isWatching) return;
    this.#state = 'failed';
    void this.#stop();
    this.#options.onProblem(notWatching(error));
  }
}

const startDefault: StartTreeWatch = (tree, listener) =>
  process.platform === 'linux' ? startInotifyTreeWatch(tree, listener) : startChokidarTreeWatch(tree, listener);

function notWatching(error: Error): DocumentProblem {
  const code = 'code' in error ? String(error.code) : undefined;
  const remedies = new Map([
    ['ENOSPC', 'Raise the limit: sysctl fs.inotify.max_user_watches=524288. Until then changes are found later.'],
    ['EMFILE', 'Raise the limit: sysctl fs.inotify.max_user_instances=1024. Until then changes are found later.'],
  ]);
  return {
    code: 'NOT_WATCHING',
    path: '',
    message: `watching: stopped: ${error.message}`,
    remedy:
      remedies.get(code ?? '') ?? 'Changes are found at the next regular comparison; restart to watch again at once.',
  };
}
