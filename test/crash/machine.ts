/** A machine whose clock, chance and processes a test holds. */
import type { Environment } from '../../dist/store/index.js';
import { type Chance, chanceFrom } from './chance.js';

/** No lock that the machine's programs hold may look old to a library that asks the real clock. */
const FIRST_DAY_MS = Date.parse('2100-01-01T00:00:00.000Z');

/** The clocks of a machine; they stand still unless somebody moves them. */
export class Clock {
  nowMs: number;
  monotonicMs = 0;

  constructor(sinceFirstDayMs = 0) {
    this.nowMs = FIRST_DAY_MS + sinceFirstDayMs;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.monotonicMs += ms;
  }
}

/** One process of a machine. */
export interface MachineProcess {
  readonly fileSystem: Environment['fileSystem'];
  readonly clock: Clock;
  /** One letter or digit: its ids begin with it. */
  readonly letter: string;
  readonly bootId: string;
  /** Awaited while it sleeps. */
  readonly pause?: () => Promise<void>;
}

/** Its environment. Each process has a pid namespace of its own, so that none is looked up among the real ones. */
export function environmentOf(process: MachineProcess): Environment {
  const { fileSystem, clock, letter, bootId, pause } = process;
  const chance: Chance = chanceFrom(letter.charCodeAt(0));
  let ids = 0;
  const identity = { host: 'machine', bootId, pidNamespace: `pid:${letter}`, pid: 100, startTime: '1' };
  return {
    fileSystem,
    now: () => clock.nowMs,
    monotonicMs: () => clock.monotonicMs,
    sleep: async (ms) => {
      clock.advance(ms);
      await pause?.();
    },
    random: chance,
    uniqueId: () => {
      ids += 1;
      return letter + ids.toString(16).padStart(15, '0');
    },
    identity: () => identity,
  };
}

/**
 * Stops the timers of this process until the returned function is called: what the store does by the real clock
 * (heartbeats, syncing behind the caller) would make runs differ.
 */
export function stopTimers(): () => void {
  const names = ['setTimeout', 'setInterval'] as const;
  const originals = names.map((name): unknown => Reflect.get(globalThis, name));
  const timer = { unref: () => timer, ref: () => timer, hasRef: () => false };
  for (const name of names) Reflect.set(globalThis, name, () => timer);
  return () => {
    for (const [index, name] of names.entries()) Reflect.set(globalThis, name, originals[index]);
  };
}
