/**
 * The seam between the protocol and what it is kept on. Everything above knows only these calls; a local directory
 * answers them in `local/`, and `test/store/storage-contract.ts` says what any other storage must do.
 */
import type { OpenFile } from './file-system.js';
import type { RecordKind } from './names.js';
import type { Upkeep } from './upkeep.js';

/** A file by the generation that wrote it. */
export interface FileLocation {
  readonly owner: number;
  readonly name: string;
}

/** What a storage turned out to be when it was opened. */
export interface StorageTraits {
  /** `ext4`, `nfs`, …; `unknown` where nobody says. */
  readonly fileSystem: string;
  readonly warnings: readonly string[];
}

/** A small record beside the generations; `version` changes whenever its owner touches it. */
export interface RecordEntry {
  readonly id: string;
  readonly version: string;
}

/** Held while commits are queued; losing it costs order, never safety. */
export interface HeldLock {
  /** True if somebody else may hold the lock by now. */
  readonly isLost: boolean;
  /** Lets the next one have it; nothing if it is lost already. */
  release(): Promise<void>;
}

/** Of the directory that holds the generations. */
export interface StoreIdentity {
  readonly inode: number;
  readonly bornMs: number;
}

/** How a store is kept: named immutable files, one exclusive claim, small records, and nothing else. */
export interface Storage {
  readonly location: string;
  /** Looking after what lies there; `undefined` where nothing but these calls puts anything there. */
  readonly upkeep?: Upkeep;
  /**
   * True if a store was ever made here.
   * @throws StoreError INVALID_OPTION where none can be; STORE_DAMAGED where something else is in its place
   */
  exists(): Promise<boolean>;
  /**
   * Where no store is: true if one was, of which only the generations were taken away. From then on, until it has some
   * again, it is read as one without any.
   */
  enterWithoutGenerations?(): Promise<boolean>;
  /** Where no store is: whether one may be made. @throws StoreError INVALID_OPTION (somebody else's files are there) */
  requireRoom?(): void;
  /** Makes the layout where it is missing, durably, and says what kind of storage this is. */
  prepare(): Promise<StorageTraits>;
  /**
   * Finds out, inside a draft of its own, whether this storage can give one claimer the win.
   * @throws StoreError FILE_SYSTEM_UNSUPPORTED if it cannot
   */
  probe(draft: string): Promise<void>;
  /** As `prepare`, without writing anything. */
  inspect(): Promise<StorageTraits>;

  /**
   * The highest number that was ever claimed and not collected; 0 if there is none.
   * @throws StoreError STORE_NOT_FOUND where there is no store (any more): none must not look like an empty one
   */
  findHighestGeneration(): Promise<number>;
  /**
   * Tells this store from another one that is put in its place, where that can be told; `undefined` if none is there. It
   * is another one if both figures differ: a file system may give a directory another number, or keep no times of birth.
   */
  findIdentity?(): Promise<StoreIdentity | undefined>;
  /** Ascending. @throws StoreError STORE_NOT_FOUND */
  listGenerations(): Promise<readonly number[]>;
  /** `undefined` if the generation is gone; its manifest is found whether it is retired or not. */
  readManifest(generation: number): Promise<{ readonly bytes: Uint8Array; readonly isRetired: boolean } | undefined>;
  /** `undefined` if the file is gone. */
  openFile(location: FileLocation): Promise<OpenFile | undefined>;
  /** As `openFile`, where that may open a copy which lies nearer: reads what the store itself has. */
  openOriginal?(location: FileLocation): Promise<OpenFile | undefined>;
  /** Where `openFile` may open a copy: compares it with its checksum before it is opened again, and makes another if it differs. */
  distrustCopy?(location: FileLocation): Promise<void>;
  /**
   * A path in the local file system under which any program can read the file.
   * @throws StoreError NO_SPACE, IO_FAILED where the store lies elsewhere and no copy can be kept
   */
  localPath(location: FileLocation): Promise<string>;

  /** Begins a draft that nobody reads. */
  createDraft(draft: string): Promise<void>;
  /** With `sync` the file is durable once the manifest that is written after it is. */
  writeDraftFile(draft: string, name: string, bytes: Uint8Array, options: { readonly sync: boolean }): Promise<void>;
  /** Takes one file out of a draft again. */
  removeDraftFile(draft: string, name: string): Promise<void>;
  /** Writes or replaces the manifest of a draft; `sync` also makes every file and every name in the draft durable. */
  writeDraftManifest(
    draft: string,
    bytes: Uint8Array,
    options: { readonly sync: boolean; readonly isFirst: boolean },
  ): Promise<void>;
  /** THE COMMIT POINT: the draft becomes `generation`, and true comes back, for exactly one claimer of that number. */
  claim(draft: string, generation: number): Promise<boolean>;
  /** Makes every claim so far durable. */
  syncClaims(): Promise<void>;
  /** Takes a claimed generation out of sight again, back to a draft. */
  retract(generation: number, draft: string): Promise<void>;
  /** Removes a draft, now or, if that fails, as soon as it can be removed. */
  discardDraft(draft: string): Promise<void>;
  /**
   * Takes another's draft away in one step, then deletes it: its writer, should it live after all, claims all of the
   * draft or nothing. False if it is still there.
   */
  buryDraft(draft: string): Promise<boolean>;
  /** Drafts of all writers, by the names that they were created under. */
  listDrafts(): Promise<readonly RecordEntry[]>;

  /**
   * Makes all that these generations wrote durable, in order, and notes it beside each of them if there is room; with `isBase`, the
   * newest is only stood on and its own manifest need not survive. What failed once is not believed a second time.
   */
  syncGenerations(generations: readonly number[], options: { readonly isBase: boolean }): Promise<void>;
  /** True if `syncGenerations` has finished for it, in any process, or if it is gone: nothing unsynced is collected. */
  isSynced(generation: number): Promise<boolean>;

  /** What the pointer says; `undefined` if it is missing or damaged. */
  readCurrent(): Promise<number | undefined>;
  /** Sets the pointer, whatever it said. */
  writeCurrent(generation: number): Promise<void>;
  /** Removes the pointer, for the room that it takes; missing where there is always room, or the pointer is needed. */
  removeCurrent?(): Promise<void>;

  /**
   * Takes a generation out of history, for good.
   * @throws StoreError STORE_DAMAGED where something stands in the way that a person has to look at
   */
  retire(generation: number): Promise<void>;
  /** Makes the retirement of these generations durable. */
  syncRetirements(generations: ReadonlySet<number>): Promise<void>;
  /**
   * Deletes the files of a generation that `keep` does not name; with nothing left to keep in a retired generation,
   * it goes to the trash as a whole. Answers the bytes that this frees.
   */
  sweepGeneration(generation: number, keep: ReadonlySet<string>): Promise<number>;
  /** Deletes what sweeps put into the trash, and what dead writers left behind. */
  emptyTrash(): Promise<void>;

  /** @throws StoreError STORE_NOT_FOUND */
  listRecords(kind: RecordKind): Promise<readonly RecordEntry[]>;
  /** @throws StoreError STORE_NOT_FOUND; STORE_DAMAGED where something else stands in the place of a tag or a pin */
  readRecord(kind: RecordKind, id: string): Promise<Uint8Array | undefined>;
  /**
   * Creates a record with all its bytes at once. False if the id is taken and `replace` is not set: of many who create
   * one at the same time, one gets true, and its bytes are there.
   */
  writeRecord(
    kind: RecordKind,
    id: string,
    bytes: Uint8Array,
    options: { readonly replace: boolean; readonly sync: boolean },
  ): Promise<boolean>;
  /**
   * Removes a record; without `sync`, as soon as it can be removed. With it, something else in the place of the record
   * is set aside.
   */
  removeRecord(kind: RecordKind, id: string, options: { readonly sync: boolean }): Promise<void>;
  /** Changes the version of a record, as a sign of life. */
  touchRecord(kind: RecordKind, id: string): Promise<void>;

  /** Waits for the writers' lock. @throws StoreError LOCK_TIMEOUT. */
  lockCommits(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock>;
  /** Waits until nobody may open this store. @throws StoreError LOCK_TIMEOUT. */
  lockStore(options: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock>;
  /**
   * Registers an open store under the id `holder`, with a record in `instances`, unless somebody holds the whole store.
   * @throws StoreError LOCK_TIMEOUT
   */
  shareStore(options: {
    readonly holder: string;
    readonly record: Uint8Array;
    readonly timeoutMs: number;
  }): Promise<HeldLock>;

  /**
   * Deletes everything but the lock on the store, which the caller holds, and what is needed to let it go. From its
   * first step on there is no store; until its last, `findRemains` tells of it.
   * @throws StoreError IO_FAILED where something cannot go, as what is mounted there
   */
  erase(): Promise<void>;
  /**
   * What an `erase` that was interrupted has left, by its name in the storage; `undefined` if none was.
   * @throws StoreError INVALID_OPTION where others keep something beside it
   */
  findRemains(): Promise<string | undefined>;
  /** Removes what `erase` left, once the lock is let go. */
  eraseRemains(): Promise<void>;

  /** Takes an advisory lease of that name if nobody who may be alive has it; `undefined` if somebody has. */
  tryLease(options: {
    readonly name: string;
    readonly holder: string;
    readonly onLost: () => void;
  }): Promise<HeldLock | undefined>;

  /** Changes whenever the holder of the lease gives a sign of life; `undefined` while nobody has it. */
  findLeaseVersion(name: string): Promise<string | undefined>;

  /** How often whoever watches looks by itself, for all that `watch` does not tell. Milliseconds, default 500. */
  readonly lookEveryMs?: number;

  /** Calls back soon after a commit by anybody; may call too often and, where watching fails, not at all. */
  watch(onChange: () => void): {
    /** Ends it. */
    close(): void;
  };
}
