/** Two callers at once, of whom a schedule lets one go on at a time. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Storage } from '../../dist/store/storage.js';
import { type Chance, chanceFrom } from './chance.js';

/** Turns of the event loop until whoever goes on has come to a wait: the store gives the loop away twice at most. */
const SETTLING_TURNS = 4;

/** So often at most a schedule lets another caller come before the rest. */
const MOST_CHANGES = 3;
/** Changes fall within so many turns; what two operations take. */
const TURNS_OF_CHANGES = 60;

interface Waiting {
  readonly caller: string;
  readonly goOn: () => void;
}

/**
 * Where calls wait for their turn while more than one caller is at work. Half of the schedules draw each turn. The
 * others let one caller go first until its turn comes to an end at one of a few turns drawn before, so that one can
 * come to its end between two calls of the other ("A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs", ASPLOS 2010).
 */
export class Interleaving {
  readonly #chance: Chance;
  readonly #isFair: boolean;
  readonly #changes: ReadonlySet<number>;
  readonly #waiting: Waiting[] = [];
  #first = '';
  #turns = 0;
  #isPaused = false;
  #isRunning = false;

  constructor(schedule: number) {
    this.#chance = chanceFrom(schedule);
    this.#isFair = schedule % 2 === 0;
    const count = 1 + Math.floor(this.#chance() * MOST_CHANGES);
    this.#changes = new Set(Array.from({ length: count }, () => Math.floor(this.#chance() * TURNS_OF_CHANGES)));
  }

  /** Waits until the schedule lets the caller go on; at once if nothing runs beside it. */
  async turn(caller: string): Promise<void> {
    if (!this.#isRunning) return;
    await new Promise<void>((resolve) => this.#waiting.push({ caller, goOn: resolve }));
  }

  /** Waits as one who sleeps: others go first. */
  async pause(caller: string): Promise<void> {
    if (this.#first === caller) this.#isPaused = true;
    await this.turn(caller);
  }

  /** Runs all of them together, call by call. */
  async run(callers: readonly (() => Promise<void>)[]): Promise<void> {
    this.#isRunning = true;
    let left = callers.length;
    const all = callers.map((caller) =>
      caller().finally(() => {
        left -= 1;
      }),
    );
    const done = Promise.allSettled(all);
    while (left > 0) {
      for (let turns = 0; turns < SETTLING_TURNS; turns++) await eventLoopTurn();
      this.#choose()?.goOn();
    }
    this.#isRunning = false;
    for (const outcome of await done) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #choose(): Waiting | undefined {
    if (this.#waiting.length === 0) return undefined;
    this.#turns += 1;
    // Who came first may depend on how quick the machine is.
    this.#waiting.sort((a, b) => (a.caller < b.caller ? -1 : a.caller > b.caller ? 1 : 0));
    const any = Math.floor(this.#chance() * this.#waiting.length);
    if (this.#changes.has(this.#turns) || this.#isPaused || this.#first === '') this.#first = this.#another();
    this.#isPaused = false;
    const ofFirst = this.#waiting.findIndex(({ caller }) => caller === this.#first);
    const [chosen] = this.#waiting.splice(this.#isFair || ofFirst < 0 ? any : ofFirst, 1);
    return chosen;
  }

  #another(): string {
    const others = this.#waiting.filter(({ caller }) => caller !== this.#first);
    return others[Math.floor(this.#chance() * others.length)]?.caller ?? this.#first;
  }
}

/** A storage whose every call waits for its turn. */
export function inTurns(storage: Storage, turn: () => Promise<void>): Storage {
  return new Proxy(storage, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property === 'watch') return value.bind(target);
      return async (...parameters: readonly unknown[]): Promise<unknown> => {
        await turn();
        return Reflect.apply(value, target, parameters);
      };
    },
  });
}
