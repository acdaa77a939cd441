import { FUNCTION, oneOf } from '../arguments/index.js';
import type { DocumentsChanged, ProjectIndex } from '../search/index.js';
import { requireGiven } from './given-request.js';

/**
 * The one project index behind a server, opened when it is first needed rather than before the first answer. If
 * opening fails, whoever asked gets the error and the next call tries again, so that a corrected configuration
 * needs no restart.
 */
export class IndexSession {
  readonly #openIndex: () => Promise<ProjectIndex>;
  readonly #serves: 'one-client' | 'many-clients';
  #index: Promise<ProjectIndex> | undefined;
  #openedIndex: ProjectIndex | undefined;
  #clientName: string | undefined;
  #callsInFlight = 0;
  #idleListeners: (() => void)[] = [];
  readonly #changeListeners = new Set<(changed: DocumentsChanged) => void>();
  #isClosed = false;

  /**
   * `openIndex` gives an index that is not started yet; with `many-clients`, `setClient` does nothing.
   * @throws ServerError `USAGE`
   */
  constructor(openIndex: () => Promise<ProjectIndex>, serves: 'one-client' | 'many-clients') {
    requireGiven('IndexSession', 'openIndex', openIndex, FUNCTION);
    requireGiven('IndexSession', 'serves', serves, oneOf('one-client', 'many-clients'));
    this.#openIndex = openIndex;
    this.#serves = serves;
  }

  /** The open index. @throws what opening it throws. */
  open(): Promise<ProjectIndex> {
    if (this.#index !== undefined) return this.#index;
    const opening = this.#openNew();
    this.#index = opening;
    opening.catch(() => {
      if (this.#index === opening) this.#index = undefined;
    });
    return opening;
  }

  /** What `work` makes of the index; counted, so that a closing server can let it finish. */
  async use<T>(work: (index: ProjectIndex) => Promise<T>): Promise<T> {
    this.#callsInFlight += 1;
    try {
      return await work(await this.open());
    } finally {
      this.#callsInFlight -= 1;
      if (this.#callsInFlight === 0) for (const listener of this.#idleListeners.splice(0)) listener();
    }
  }

  /** Resolves once no call is under way. */
  whenIdle(): Promise<void> {
    if (this.#callsInFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Calls `listener` when any instance has changed documents of the index, until the returned function is called. */
  onDocumentsChanged(listener: (changed: DocumentsChanged) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** The name under which `status` lists this process, from now on. */
  setClient(name: string): void {
    if (this.#serves === 'many-clients' || name === this.#clientName) return;
    this.#clientName = name;
    this.#index
      ?.then((index) => index.setClient(name))
      .catch(() => {
        // Whoever needs the index is told why it cannot be opened; a name is no reason to report it again.
      });
  }

  /**
   * Closes the index. One that is still being opened is closed as soon as it is open, which is not waited for: it has
   * written nothing yet, and a process that must end has no time for it.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#openedIndex?.close();
  }

  async #openNew(): Promise<ProjectIndex> {
    const index = await this.#openIndex();
    if (this.#isClosed) {
      await index.close();
      return index;
    }
    this.#openedIndex = index;
    if (this.#clientName !== undefined) index.setClient(this.#clientName);
    index.onDocumentsChanged((changed) => {
      for (const listener of this.#changeListeners) listener(changed);
    });
    index.start();
    return index;
  }
}
