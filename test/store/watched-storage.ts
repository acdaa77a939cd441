/** A storage in memory whose every call is noted, and whose chosen calls go another way. */
import { StoreError } from '../../dist/store/errors.js';
import { type Environment, processEnvironment, SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import type { Storage } from '../../dist/store/storage.js';
import { MemoryPlace, MemoryStorage } from './memory-storage.js';
import { unmadeFolder } from './with-store.js';

/** What happens instead of one call: `proceed` makes it after all. */
export type Detour = (proceed: () => Promise<unknown>, parameters: readonly unknown[]) => Promise<unknown>;

/** One call as it was made. */
export interface Call {
  readonly method: keyof Storage;
  readonly parameters: readonly unknown[];
}

/** A store in memory, and a second one beside it that nobody watches. */
export class WatchedStore {
  readonly store: SnapshotStore;
  /** The same place, through a storage without detours. */
  readonly other: SnapshotStore;
  readonly place: MemoryPlace;
  /** Every call of `store`'s storage so far. */
  readonly calls: Call[];
  readonly warnings: string[] = [];
  readonly #detours: Map<keyof Storage, Detour>;

  static async open(options: StoreOptions = {}): Promise<WatchedStore> {
    const place = new MemoryPlace();
    const folder = unmadeFolder();
    const [calls, detours]: [Call[], Map<keyof Storage, Detour>] = [[], new Map()];
    const watched = watch(new MemoryStorage(place, folder), calls, detours);
    const all = { collectAutomatically: false, ...options };
    const warnings: string[] = [];
    const store = await SnapshotStore.openOn(watched, { ...all, onWarning: (message) => warnings.push(message) });
    const other = await SnapshotStore.openOn(new MemoryStorage(place, folder), { collectAutomatically: false });
    calls.length = 0;
    return new WatchedStore({ store, other, place, calls, detours, warnings });
  }

  private constructor(parts: {
    store: SnapshotStore;
    other: SnapshotStore;
    place: MemoryPlace;
    calls: Call[];
    detours: Map<keyof Storage, Detour>;
    warnings: string[];
  }) {
    this.store = parts.store;
    this.other = parts.other;
    this.place = parts.place;
    this.calls = parts.calls;
    this.warnings = parts.warnings;
    this.#detours = parts.detours;
  }

  /** The next call of `method` takes `detour`; later ones go on as ever. */
  once(method: keyof Storage, detour: Detour): void {
    this.#detours.set(method, async (proceed, parameters) => {
      this.#detours.delete(method);
      return detour(proceed, parameters);
    });
  }

  /** Every call of `method` from now on takes `detour`. */
  always(method: keyof Storage, detour: Detour): void {
    this.#detours.set(method, detour);
  }

  /** Which of `methods` were called, in order. */
  order(...methods: readonly (keyof Storage)[]): readonly (keyof Storage)[] {
    return this.calls.map((call) => call.method).filter((method) => methods.includes(method));
  }

  count(method: keyof Storage): number {
    return this.order(method).length;
  }

  parametersOf(method: keyof Storage): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.parameters);
  }
}

/** An environment whose clock a test turns, and whose pauses it reads. */
export class TurnedClock {
  readonly pauses: number[] = [];
  nowMs = 1_000;
  readonly environment: Environment = {
    ...processEnvironment,
    monotonicMs: () => this.nowMs,
    random: () => 0.5,
    sleep: async (ms) => {
      this.pauses.push(ms);
      this.nowMs += ms;
    },
  };
}

/** The error of a system call. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test asked`), { code });
}

/** What a damaged generation says. */
export function damage(): StoreError {
  return new StoreError('GENERATION_DAMAGED', 'as the test asked', { remedy: 'none' });
}

/** A storage that notes its calls in `calls`, and sends those that `detours` names another way. */
export function watch(storage: Storage, calls: Call[], detours: ReadonlyMap<keyof Storage, Detour>): Storage {
  return new Proxy(storage, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function' || !isMethod(property, target)) return value;
      return (...parameters: readonly unknown[]): unknown => {
        calls.push({ method: property, parameters });
        const proceed = async (): Promise<unknown> => Reflect.apply(value, target, parameters);
        return detours.get(property)?.(proceed, parameters) ?? Reflect.apply(value, target, parameters);
      };
    },
  });
}

function isMethod(property: string | symbol, storage: Storage): property is keyof Storage {
  return typeof property === 'string' && property in storage;
}
