import path from 'node:path';
import lockfile from 'proper-lockfile';
import {
  BOOLEAN,
  type Checks,
  FUNCTION,
  guardedListener,
  listenerFailureTo,
  numberFrom,
  required,
  TEXT,
} from '../../arguments/index.js';
import { requireFields } from '../argument-checks.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { isSystemError, StoreError } from '../errors.js';
import { LONGEST_TIMER_MS } from '../longest-timer.js';
import { isRecordId } from '../names.js';
import { judgeProcess } from '../process-identity.js';
import { type SignsOfLife, signsOfLifeIn } from '../signs-of-life.js';
import type { HeldLock } from '../storage.js';
import { KeptLockDirectory } from './kept-lock-directory.js';
import { type Litter, litterIn, removeFileLater } from './litter.js';
import {
  findHolderName,
  findLockHolder,
  type LockHolder,
  type LockPlace,
  releaseLockDirectory,
  removeHolder,
  takeLockDirectory,
} from './lock-directory.js';
import { createLockfileAdapter } from './lockfile-adapter.js';
import { createSharedHolder, listSharedHolders, type SharedHolder } from './shared-holders.js';

/** Where a lock lives and how patient it is. */
export interface FileLockOptions {
  /** The lock's directory, absolute: `…/commit.lock`. */
  readonly path: string;
  /** Where prepared lock directories are made; on the same file system. */
  readonly draftsPath: string;
  /** Where shared holders leave their records; without it the lock has no shared mode. */
  readonly sharedPath?: string;
  readonly environment: Environment;
  /** After this long without a sign of life a holder on another host counts as dead. Milliseconds, default 10,000. */
  readonly staleMs?: number;
  /**
   * Whether a silent holder counts as dead although its process is there: it is stopped or busy, or has never heard of
   * this lock, which came with a copy of its store. Only where nothing depends on the lock for safety. Default false.
   */
  readonly replacesSilent?: boolean;
  /**
   * Whether one directory serves for many holdings. Only where nothing depends on the lock for safety, and `discard` is
   * called in the end. Default false.
   */
  readonly keepsDirectory?: boolean;
  /** Whether a name in the lock's directory may be a holder's. Default: any of letters, digits and dashes. */
  readonly isHolder?: (name: string) => boolean;
  /** The same for shared holders. Default: any of letters, digits, dots, dashes and underscores. */
  readonly isSharedHolder?: (name: string) => boolean;
}

/** What one call wants of a lock. */
export interface AcquireOptions {
  readonly mode: 'exclusive' | 'shared';
  /** Unique name of the holder; letters, digits and dashes. */
  readonly holder: string;
  /** Milliseconds, default 5,000. 0 tries once. */
  readonly timeoutMs?: number;
  /** For a shared holder: what others may read about it. */
  readonly record?: Uint8Array;
  /** Called once if the lock is lost while held. What it throws becomes a warning of the process. */
  readonly onLost?: () => void;
}

const LOCK: Checks<FileLockOptions> = {
  path: required(TEXT),
  draftsPath: required(TEXT),
  sharedPath: TEXT,
  environment: required(ENVIRONMENT),
  staleMs: numberFrom(0),
  replacesSilent: BOOLEAN,
  keepsDirectory: BOOLEAN,
  isHolder: FUNCTION,
  isSharedHolder: FUNCTION,
};

const DEFAULT_STALE_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 5_000;
const LONGEST_PAUSE_MS = 16;
/** A holder that was seen alive is not looked at more closely again for this long; most polls then cost one readdir. */
const ALIVE_FOR_MS = 50;
const isNameOfHolder = (name: string): boolean => /^[0-9A-Za-z-]+$/.test(name);
/** From this wait on a waiter looks more and more often. */
const AGING_FROM_MS = 1_000;

/**
 * A lock between processes: one exclusive holder, or any number of shared ones. A dead holder on this host (and boot
 * and pid namespace) is taken over at once; one elsewhere, and with `replacesSilent` any other, after `staleMs` without
 * a sign of life, measured on this process's own clock.
 */
export class FileLock {
  readonly #place: LockPlace;
  readonly #kept: KeptLockDirectory | undefined;
  readonly #sharedPath: string | undefined;
  readonly #isSharedHolder: (name: string) => boolean;
  readonly #litter: Litter;
  readonly #environment: Environment;
  readonly #staleMs: number;
  readonly #replacesSilent: boolean;
  readonly #signs: SignsOfLife;
  #lastAlive = { name: '', untilMs: 0 };

  /** @throws StoreError INVALID_OPTION */
  constructor(options: FileLockOptions) {
    requireFields('options of a lock', options, LOCK);
    this.#environment = options.environment;
    const { path, draftsPath, environment, isHolder = isNameOfHolder, isSharedHolder = isRecordId } = options;
    this.#place = { fileSystem: environment.fileSystem, path, draftsPath, isHolder };
    this.#kept = options.keepsDirectory === true ? new KeptLockDirectory(this.#place) : undefined;
    this.#isSharedHolder = isSharedHolder;
    this.#sharedPath = options.sharedPath;
    this.#litter = litterIn(options.environment.fileSystem, options.draftsPath);
    this.#staleMs = options.staleMs ?? DEFAULT_STALE_MS;
    this.#replacesSilent = options.replacesSilent ?? false;
    this.#signs = signsOfLifeIn(options.environment);
  }

  /** Waits for the lock. @throws StoreError LOCK_TIMEOUT, which names the holder, after `timeoutMs`. */
  async acquire(options: AcquireOptions): Promise<HeldLock> {
    const { mode, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    return this.#retry(() => this.tryAcquire(options), { mode, timeoutMs });
  }

  /** Waits until nobody holds the lock exclusively. @throws StoreError LOCK_TIMEOUT, as `acquire` */
  async waitUntilFree(timeoutMs: number): Promise<void> {
    const isFree = async (): Promise<true | undefined> => (this.findHolder() === undefined ? true : undefined);
    await this.#retry(isFree, { mode: 'shared', timeoutMs });
  }

  /** The lock, or `undefined` if somebody who may be alive is in the way. */
  async tryAcquire(options: AcquireOptions): Promise<HeldLock | undefined> {
    this.#litter.clear();
    return options.mode === 'exclusive' ? this.#tryExclusive(options) : this.#tryShared(options);
  }

  /** Who holds the lock exclusively and may be alive. */
  findHolder(): LockHolder | undefined {
    const holder = findLockHolder(this.#place);
    return holder !== undefined && this.#isGone(holder) ? undefined : holder;
  }

  /** Who holds the lock shared and may be alive. */
  listSharedHolders(): readonly SharedHolder[] {
    if (this.#sharedPath === undefined) return [];
    const left = { fileSystem: this.#place.fileSystem, directory: this.#sharedPath, isHolder: this.#isSharedHolder };
    return listSharedHolders(left).filter((holder) => !this.#isGone(holder));
  }

  /** Removes what is kept for the next holding. Never throws. */
  discard(): void {
    this.#kept?.discard();
  }

  async #retry<T>(
    attempt: () => Promise<T | undefined>,
    { mode, timeoutMs }: { readonly mode: AcquireOptions['mode']; readonly timeoutMs: number },
  ): Promise<T> {
    const startedMs = this.#environment.monotonicMs();
    for (let tries = 0; ; tries++) {
      const result = await attempt();
      if (result !== undefined) return result;
      const waitedMs = this.#environment.monotonicMs() - startedMs;
      if (waitedMs >= timeoutMs) throw this.#timeout(timeoutMs, mode);
      await this.#environment.sleep(pauseMs(tries, waitedMs) * (0.5 + this.#environment.random()));
    }
  }

  async #tryExclusive(options: AcquireOptions): Promise<HeldLock | undefined> {
    const nowMs = this.#environment.monotonicMs();
    if (nowMs < this.#lastAlive.untilMs && findHolderName(this.#place) === this.#lastAlive.name) return undefined;
    const holder = findLockHolder(this.#place);
    if (holder !== undefined) {
      if (!this.#isGone(holder)) {
        this.#lastAlive = { name: holder.name, untilMs: nowMs + ALIVE_FOR_MS };
        return undefined;
      }
      removeHolder(this.#place, holder.name);
    }
    const held = await this.#takeDirectory(options);
    let isAlone = false;
    try {
      isAlone = this.listSharedHolders().every((shared) => shared.name === options.holder);
      if (isAlone) return held;
    } finally {
      if (!isAlone) await held?.release();
    }
    return undefined;
  }

  /** Both modes leave their mark first and look at the other's second, so at most one of them goes on. */
  async #tryShared(options: AcquireOptions): Promise<HeldLock | undefined> {
    const { fileSystem } = this.#place;
    const sharedPath = this.#sharedPath;
    if (sharedPath === undefined) throw new TypeError(`lock ${this.#place.path} has no shared mode`);
    if (this.findHolder() !== undefined) return undefined;
    const litter = this.#litter;
    createSharedHolder(
      { fileSystem, directory: sharedPath, litter },
      options.holder,
      options.record ?? new Uint8Array(),
    );
    const file = path.join(sharedPath, options.holder);
    const release = async (): Promise<void> => removeFileLater(fileSystem, litter, file);
    let isFree = false;
    try {
      isFree = this.findHolder() === undefined;
      if (isFree) return { isLost: false, release };
    } finally {
      if (!isFree) await release();
    }
    return undefined;
  }

  async #takeDirectory(options: AcquireOptions): Promise<HeldLock | undefined> {
    const state = { isLost: false, isReleased: false };
    const identity = this.#environment.identity();
    const releaseForGood = (): void => {
      state.isReleased = true;
      this.#kept?.discard();
      releaseLockDirectory(this.#place, options.holder);
    };
    const adapter = createLockfileAdapter({
      take: () =>
        this.#kept?.take(options.holder, identity) ?? takeLockDirectory(this.#place, options.holder, identity),
      isOurs: () => findLockHolder(this.#place)?.name === options.holder,
      release: () => {
        if (this.#kept === undefined) return releaseForGood();
        state.isReleased = true;
        this.#kept.release(options.holder);
      },
      releaseForGood,
      fileSystem: this.#place.fileSystem,
      now: this.#environment.now,
    });
    const tellLost = guardedListener(
      `lock ${this.#place.path}: onLost`,
      () => options.onLost?.(),
      listenerFailureTo(undefined),
    );
    try {
      const release = await lockfile.lock(this.#place.path, {
        lockfilePath: this.#place.path,
        realpath: false,
        retries: 0,
        stale: this.#staleMs,
        update: Math.min(this.#staleMs / 2, LONGEST_TIMER_MS),
        fs: adapter,
        // The library's default throws from a timer, where nobody can catch it.
        onCompromised: () => {
          state.isLost = true;
          tellLost();
        },
      });
      return {
        get isLost() {
          return state.isLost;
        },
        release: async () => {
          await releaseUnlessLost(release);
          // The library knows one lock of a path in a process; after a theft it may have let go of somebody else's.
          if (!state.isReleased) releaseLockDirectory(this.#place, options.holder);
        },
      };
    } catch (error) {
      if (isSystemError(error, 'ELOCKED')) return undefined;
      // The lock may be ours by now all the same.
      releaseLockDirectory(this.#place, options.holder);
      throw error;
    }
  }

  #isGone(holder: LockHolder | SharedHolder): boolean {
    const verdict = judgeProcess(holder.identity, this.#environment.identity());
    if (verdict === 'dead') return true;
    return (verdict === 'unknown' || this.#replacesSilent) && this.#silentMs(holder) > this.#staleMs;
  }

  #silentMs(holder: LockHolder | SharedHolder): number {
    return this.#signs.silentMs(`${this.#place.path} ${holder.name}`, holder.version);
  }

  #timeout(timeoutMs: number, mode: AcquireOptions['mode']): StoreError {
    const lock = path.basename(this.#place.path);
    return new StoreError(
      'LOCK_TIMEOUT',
      `lock ${lock}: not free within ${timeoutMs} ms; ${this.#describeHolder(mode)}`,
      {
        remedy: this.#replacesSilent
          ? `Nothing was changed; call again. A holder that shows no sign of life for ${this.#staleMs / 1000} seconds, while this process goes on waiting or calling, is replaced, and one whose process ends is at once. One that is alive and busy, in a slow function of an update, is not.`
          : 'Nothing was changed; call again. If the holder is stuck, end that process: the lock is then taken over at once.',
      },
    );
  }

  #describeHolder(mode: AcquireOptions['mode']): string {
    const holder = this.findHolder();
    const identity = holder?.identity;
    if (holder !== undefined && identity !== undefined && identity !== 'lost') {
      const silentMs = this.#silentMs(holder);
      const silence =
        silentMs > this.#staleMs / 2 ? ` and has shown no sign of life for ${Math.floor(silentMs / 1000)} s` : '';
      return `process ${identity.pid} on ${identity.host} took it${silence}`;
    }
    const shared = mode === 'exclusive' ? this.listSharedHolders().length : 0;
    if (shared === 0) return 'it was taken by others each time';
    return `${shared} open ${shared === 1 ? 'instance holds' : 'instances hold'} it`;
  }
}

/**
 * Pauses double at first, because most waits are short; from `AGING_FROM_MS` on they shrink again, so that among many
 * waiters the one that has waited longest is the likeliest to see the lock free.
 */
function pauseMs(tries: number, waitedMs: number): number {
  const young = Math.min(2 ** tries, LONGEST_PAUSE_MS);
  return Math.max(1, Math.min(young, (LONGEST_PAUSE_MS * AGING_FROM_MS) / Math.max(waitedMs, 1)));
}

async function releaseUnlessLost(release: () => Promise<void>): Promise<void> {
  try {
    await release();
  } catch (error) {
    if (!isSystemError(error, 'ERELEASED', 'ENOTACQUIRED')) throw error;
  }
}
