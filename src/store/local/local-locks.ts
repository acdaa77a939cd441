import path from 'node:path';
import type { Environment } from '../environment.js';
import { isHolderName, isUniqueId, leaseName } from '../names.js';
import { FileLock } from './file-lock.js';
import type { Layout } from './layout.js';

/** Six times as long as instances take between two signs of life. */
const SHARED_STALE_MS = 60_000;

/** The locks of a store in a local directory. */
export class LocalLocks {
  /** Queues writers. */
  readonly commits: FileLock;
  /** Held shared by every open store, and exclusively by destructive maintenance. */
  readonly store: FileLock;
  readonly #layout: Layout;
  readonly #environment: Environment;
  readonly #leases = new Map<string, FileLock>();

  constructor(layout: Layout, environment: Environment) {
    this.#layout = layout;
    this.#environment = environment;
    const { drafts: draftsPath, commitLock, storeLock } = layout;
    const shared = { sharedPath: layout.records('instances'), isSharedHolder: isUniqueId };
    const common = { draftsPath, environment, isHolder: isHolderName };
    // The claim gives safety: who is taken for dead wrongly loses its turn, and no more.
    this.commits = new FileLock({ ...common, path: commitLock, replacesSilent: true, keepsDirectory: true });
    // Maintenance relies on it: whoever has the store open, and is stopped, may go on at any moment.
    this.store = new FileLock({ ...common, ...shared, path: storeLock, staleMs: SHARED_STALE_MS });
  }

  /** The lock behind a lease: one object a name, because it remembers how long a holder elsewhere has been silent. */
  lease(name: string): FileLock {
    const known = this.#leases.get(name);
    if (known !== undefined) return known;
    const lockPath = path.join(this.#layout.root, leaseName(name));
    const lock = new FileLock({
      path: lockPath,
      draftsPath: this.#layout.drafts,
      isHolder: isHolderName,
      replacesSilent: true,
      environment: this.#environment,
    });
    this.#leases.set(name, lock);
    return lock;
  }
}
