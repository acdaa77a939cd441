import { z } from 'zod';
import type { Environment } from '../environment.js';
import { judgeProcess, parseRecord, processIdentitySchema } from '../process-identity.js';
import { type SignsOfLife, signsOfLifeIn } from '../signs-of-life.js';
import type { HeldLock, RecordEntry } from '../storage.js';
import type { ObjectRecords } from './object-records.js';
import { RegisterLock, waitFor } from './register-lock.js';
import type { Registers } from './registers.js';
import type { StoreRoot } from './store-root.js';

/** Six missed signs of life. */
const INSTANCE_SILENT_MS = 60_000;

/** Whoever waits for a lock waits for a commit. */
const LOCK_SILENT_MS = 10_000;
/** A lease is held for as long as a process runs, so its signs of life are most of what an idle one costs. */
const LEASE_SILENT_MS = 30_000;

const recordSchema = z.object({ identity: processIdentitySchema });

/** What the locks stand on. */
export interface ObjectLocksParts {
  readonly root: StoreRoot;
  readonly registers: Registers;
  readonly records: ObjectRecords;
  readonly environment: Environment;
}

/** The locks of a store on object storage. */
export class ObjectLocks {
  readonly #parts: ObjectLocksParts;
  readonly #signs: SignsOfLife;
  /** Held by destructive maintenance; whoever has the store open is registered in `instances`. */
  readonly #store: RegisterLock;
  readonly #byKey = new Map<string, RegisterLock>();

  constructor(parts: ObjectLocksParts) {
    this.#parts = parts;
    this.#signs = signsOfLifeIn(parts.environment);
    const { registers, environment, root } = parts;
    this.#store = new RegisterLock({
      registers,
      environment,
      key: root.keys.storeLock,
      replacesSilent: false,
      silentAfterMs: LOCK_SILENT_MS,
    });
  }

  async lockCommits(wanted: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return this.#lockAt((await this.#parts.root.store()).commitLock, LOCK_SILENT_MS).acquire(wanted);
  }

  async lease(name: string): Promise<RegisterLock> {
    return this.#lockAt((await this.#parts.root.store()).lease(name), LEASE_SILENT_MS);
  }

  /** Both modes leave their mark first and look at the other's second, so at most one of them goes on. */
  async lockStore(wanted: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return waitFor(this.#parts.environment, wanted.timeoutMs, {
      attempt: () => this.#tryAlone(wanted.holder),
      describe: async () => 'the store is open, or under maintenance',
    });
  }

  /** See `lockStore`. */
  async shareStore(wanted: {
    readonly holder: string;
    readonly record: Uint8Array;
    readonly timeoutMs: number;
  }): Promise<HeldLock> {
    return waitFor(this.#parts.environment, wanted.timeoutMs, {
      attempt: () => this.#tryShared(wanted.holder, wanted.record),
      describe: async () => 'maintenance has the store for itself',
    });
  }

  async #tryAlone(holder: string): Promise<HeldLock | undefined> {
    const held = await this.#store.tryAcquire({ holder, onLost: () => {} });
    if (held === undefined) return undefined;
    let isAlone = false;
    try {
      isAlone = await this.#isAlone();
      return isAlone ? held : undefined;
    } finally {
      if (!isAlone) await held.release();
    }
  }

  async #tryShared(holder: string, record: Uint8Array): Promise<HeldLock | undefined> {
    const { records } = this.#parts;
    if ((await this.#store.findHolder()) !== undefined) return undefined;
    const release = (): Promise<void> => records.removeOwn('instances', holder);
    let isFree = false;
    try {
      await records.write('instances', holder, record, { replace: false });
      isFree = (await this.#store.findHolder()) === undefined;
      return isFree ? { isLost: false, release } : undefined;
    } finally {
      if (!isFree) await release();
    }
  }

  /** Nobody has a store open that is being erased. */
  async #isAlone(): Promise<boolean> {
    if ((await this.#parts.root.find()) === undefined) return true;
    for (const entry of await this.#parts.records.list('instances')) if (!(await this.#isGone(entry))) return false;
    return true;
  }

  async #isGone(entry: RecordEntry): Promise<boolean> {
    const bytes = await this.#parts.records.read('instances', entry.id);
    // Emptied: somebody has found it dead.
    if (bytes === undefined || bytes.byteLength === 0) return true;
    const record = parseRecord(bytes, recordSchema);
    const identity = record === 'lost' ? record : record?.identity;
    const verdict = judgeProcess(identity, this.#parts.environment.identity());
    if (verdict !== 'unknown') return verdict === 'dead';
    const name = `${this.#parts.root.location} maintenance ${entry.id}`;
    return this.#signs.silentMs(name, entry.version) > INSTANCE_SILENT_MS;
  }

  #lockAt(key: string, silentAfterMs: number): RegisterLock {
    const { registers, environment } = this.#parts;
    const known =
      this.#byKey.get(key) ?? new RegisterLock({ registers, environment, key, replacesSilent: true, silentAfterMs });
    this.#byKey.set(key, known);
    return known;
  }
}
