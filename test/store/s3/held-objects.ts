/** An object store whose chosen conditional writes take another way. */
import type { ObjectStore } from '../../../dist/store/s3/object-store.js';

type PutIf = ObjectStore['putIf'];
type Detour = (proceed: () => ReturnType<PutIf>) => ReturnType<PutIf>;

/** A request that is on its way. */
export interface Held {
  /** Resolves when the client has sent it. */
  readonly sent: Promise<void>;
  /** Lets the server have it. */
  letGo(): void;
}

export class DetouredObjects {
  readonly objects: ObjectStore;
  readonly #detours: { readonly part: string; readonly detour: Detour; isSpent: boolean; readonly isOnce: boolean }[] =
    [];

  constructor(calm: ObjectStore) {
    const putIf: PutIf = (key, expectedEtag, bytes) => {
      const proceed = (): ReturnType<PutIf> => calm.putIf(key, expectedEtag, bytes);
      const found = this.#detours.find(({ part, isSpent }) => !isSpent && key.includes(part));
      if (found === undefined) return proceed();
      found.isSpent = found.isOnce;
      return found.detour(proceed);
    };
    this.objects = {
      location: calm.location,
      get: (key) => calm.get(key),
      put: (key, bytes) => calm.put(key, bytes),
      copy: (from, to) => calm.copy(from, to),
      list: (prefix, options) => calm.list(prefix, options),
      remove: (key) => calm.remove(key),
      putIf,
    };
  }

  /** The next write of a key that has `part` in it goes this way. */
  once(part: string, detour: Detour): void {
    this.#detours.push({ part, detour, isSpent: false, isOnce: true });
  }

  /** Every write of such a key goes this way from now on; the returned function ends that. */
  always(part: string, detour: Detour): () => void {
    const added = { part, detour, isSpent: false, isOnce: false };
    this.#detours.push(added);
    return () => {
      added.isSpent = true;
    };
  }

  /** Holds the next write of such a key. */
  hold(part: string): Held {
    let letGo = (): void => {};
    const freed = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const sent = new Promise<void>((resolve) => {
      this.once(part, async (proceed) => {
        resolve();
        await freed;
        return proceed();
      });
    });
    return { sent, letGo };
  }
}
