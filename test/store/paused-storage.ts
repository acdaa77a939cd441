/** A storage that falls asleep at one chosen call, as a process does that the machine suspends. */
import type { Storage } from '../../dist/store/storage.js';

/** The first call of `method` (after `skip` others) sleeps `before` it is made or `after` it was. */
export interface Pause {
  readonly method: keyof Storage;
  readonly when: 'before' | 'after';
  readonly skip?: number;
}

/** A storage with a pause in it. */
export interface PausedStorage {
  readonly storage: Storage;
  /** Resolves when the sleeper has fallen asleep. */
  readonly asleep: Promise<void>;
  wake(): void;
}

export function pauseAt(storage: Storage, pause: Pause): PausedStorage {
  const asleep = makeSignal();
  const awake = makeSignal();
  let calls = 0;
  const sleep = async (): Promise<void> => {
    asleep.give();
    await awake.given;
  };
  const paused = new Proxy(storage, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return async (...parameters: readonly unknown[]): Promise<unknown> => {
        const isChosen = property === pause.method && calls++ === (pause.skip ?? 0);
        if (isChosen && pause.when === 'before') await sleep();
        const answer: unknown = await Reflect.apply(value, target, parameters);
        if (isChosen && pause.when === 'after') await sleep();
        return answer;
      };
    },
  });
  return { storage: paused, asleep: asleep.given, wake: awake.give };
}

function makeSignal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
