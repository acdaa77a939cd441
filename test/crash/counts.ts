/** What was looked at, in memory that threads share. */
import { HashSet } from './hash-set.js';
import type { Profile } from './profiles.js';

/** Plain numbers beside the sets. */
const NUMBERS = [
  'workloads',
  'workloadsInRound',
  'rounds',
  'crashPoints',
  'secondStates',
  'secondCrashPoints',
  'isOver',
] as const;
type NumberName = (typeof NUMBERS)[number];

/** The memory of it, which another thread can be given. */
export interface CountsMemory {
  readonly states: SharedArrayBuffer;
  readonly byProfile: Readonly<Record<Profile, SharedArrayBuffer>>;
  readonly checks: SharedArrayBuffer;
  readonly openings: SharedArrayBuffer;
  readonly mended: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

export class Counts {
  /** Different disks after a crash, however often the power went. */
  readonly states: HashSet;
  /** Different disks after one crash, by profile. */
  readonly byProfile: Readonly<Record<Profile, HashSet>>;
  /** Different pairs of a disk and what had been promised. */
  readonly checks: HashSet;
  /** Different pairs of what is read of a disk and what had been promised: so often a store was opened. */
  readonly openings: HashSet;
  /** Different pairs of a disk that an opening has mended and what had been promised. */
  readonly mended: HashSet;
  readonly memory: CountsMemory;
  readonly #numbers: Int32Array;

  constructor(memory: CountsMemory) {
    this.memory = memory;
    this.states = new HashSet(memory.states);
    this.byProfile = {
      ordered: new HashSet(memory.byProfile.ordered),
      'rename-before-data': new HashSet(memory.byProfile['rename-before-data']),
      weakest: new HashSet(memory.byProfile.weakest),
    };
    this.checks = new HashSet(memory.checks);
    this.openings = new HashSet(memory.openings);
    this.mended = new HashSet(memory.mended);
    this.#numbers = new Int32Array(memory.numbers);
  }

  /** For about so many states. */
  static memoryFor(states: number): CountsMemory {
    const byProfile = {
      ordered: HashSet.memoryFor(states),
      'rename-before-data': HashSet.memoryFor(states),
      weakest: HashSet.memoryFor(states),
    };
    return {
      states: HashSet.memoryFor(states),
      byProfile,
      checks: HashSet.memoryFor(2 * states),
      openings: HashSet.memoryFor(1.5 * states),
      mended: HashSet.memoryFor(states),
      numbers: new SharedArrayBuffer(4 * NUMBERS.length),
    };
  }

  get(name: NumberName): number {
    return Atomics.load(this.#numbers, NUMBERS.indexOf(name));
  }

  /** Answers what it was before. */
  add(name: NumberName, count = 1): number {
    return Atomics.add(this.#numbers, NUMBERS.indexOf(name), count);
  }

  raise(name: NumberName, to: number): void {
    const at = NUMBERS.indexOf(name);
    for (let now = this.get(name); now < to; now = this.get(name)) Atomics.compareExchange(this.#numbers, at, now, to);
  }
}
