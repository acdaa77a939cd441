/** Every crash point of every workload, and what each may leave. */
import { type Chance, chanceFrom } from './chance.js';
import { type ChoiceLimits, choicesOf } from './choices.js';
import type { CrashCase } from './crash-case.js';
import type { Disobedience } from './forgetful-file-system.js';
import { HashSet } from './hash-set.js';
import { mixHash } from './hashing.js';
import type { Moment } from './moment.js';
import { hashOf } from './nodes.js';
import { PROFILES, type Profile } from './profiles.js';
import { hashOfPromised, type Promised } from './promised.js';
import { eachMoment, recordFromNothing } from './recording.js';
import { RecoveryCheck } from './recovery-check.js';
import { SecondLife } from './second-life.js';
import { MODES, type Workload, workloadsOf } from './workload.js';

/** A crash after which a promise was not kept. */
export interface Violation {
  readonly crash: CrashCase;
  readonly problems: readonly string[];
}

/** How to look. */
export interface ExplorationOptions {
  /** Decides all that is left to chance. */
  readonly seed: number;
  readonly profiles?: readonly Profile[];
  /** Steps of the longest workload, beside the first opening. */
  readonly longest: number;
  /** So many schedules for each two actions at once. */
  readonly schedules: number;
  readonly limits: ChoiceLimits;
  /** One state in so many is opened with a crash in its recovery, too. */
  readonly secondLifeOneIn: number;
  readonly disobedience?: Disobedience;
  /** Stop after so many kinds of violations. */
  readonly violations: number;
  /** True when it is enough. */
  readonly isEnough: (counts: Counts) => boolean;
}

/** What was looked at. */
export interface Counts {
  /** Different disks by profile. */
  readonly states: Readonly<Record<Profile, HashSet>>;
  /** Different disks of all profiles. */
  readonly allStates: HashSet;
  /** Different pairs of a disk and what had been promised: so often a store was opened after a crash. */
  readonly checks: HashSet;
  /** Different disks after a crash in a recovery. */
  readonly secondStates: HashSet;
  workloads: number;
  crashPoints: number;
  secondCrashPoints: number;
}

/** Looks for violations until it is enough or nothing is left. */
export class Exploration {
  readonly counts: Counts = {
    states: { ordered: new HashSet(), 'rename-before-data': new HashSet(), weakest: new HashSet() },
    allStates: new HashSet(),
    checks: new HashSet(),
    secondStates: new HashSet(),
    workloads: 0,
    crashPoints: 0,
    secondCrashPoints: 0,
  };
  readonly violations: Violation[] = [];
  readonly #options: ExplorationOptions;
  readonly #chance: Chance;
  readonly #mended = new HashSet();
  /** What was wrong so far, but for the numbers in it: one case of each kind is enough. */
  readonly #kinds = new Set<string>();

  constructor(options: ExplorationOptions) {
    this.#options = options;
    this.#chance = chanceFrom(options.seed);
  }

  /**
   * All workloads, in an order that the seed decides, so that short and long ones take turns; then all of them again
   * with other schedules and samples, as long as that shows anything new.
   */
  async run(): Promise<void> {
    for (let before = -1; before < this.counts.checks.size; ) {
      before = this.counts.checks.size;
      for (const workload of this.#round()) {
        await this.explore(workload);
        if (this.#isOver()) return;
      }
    }
  }

  *#round(): Generator<Workload> {
    const { longest, schedules } = this.#options;
    const drawn = Array.from({ length: schedules }, () => Math.floor(this.#chance() * 1e6));
    const lengths = Array.from({ length: longest + 1 }, (_, length) =>
      shuffled(
        MODES.flatMap((mode) => [...workloadsOf(mode, length, drawn)]),
        this.#chance,
      ).values(),
    );
    for (let isLeft = true; isLeft; ) {
      isLeft = false;
      for (const workloads of lengths) {
        const { value, done } = workloads.next();
        if (done === true) continue;
        isLeft = true;
        yield value;
      }
    }
  }

  /** Every crash point of the last step of one workload. */
  async explore(workload: Workload): Promise<void> {
    this.counts.workloads += 1;
    const recording = await recordFromNothing(workload, this.#options.disobedience);
    for (const profile of this.#options.profiles ?? PROFILES) {
      await eachMoment(recording, profile, workload.isSettled, async (events, momentNow) => {
        const moment = momentNow();
        this.counts.crashPoints += 1;
        const promised = recording.promisedAt(events);
        for (const choice of choicesOf(moment.points, this.#options.limits, this.#chance)) {
          await this.#check(moment, promised, { profile, workload, events, choice });
          if (this.#isOver()) return false;
        }
        return true;
      });
    }
  }

  async #check(moment: Moment, promised: Promised, crash: CrashCase): Promise<void> {
    const root = moment.build(crash.choice);
    const hash = hashOf(root);
    this.counts.states[crash.profile].add(hash);
    this.counts.allStates.add(hash);
    const promise = hashOfPromised(promised);
    if (!this.counts.checks.add(mixHash(hash, promise))) return;
    const check = new RecoveryCheck(root, promised);
    await check.run(promise, this.#mended);
    if (check.problems.length > 0) this.#note(crash, check.problems);
    else if (this.#chance() * this.#options.secondLifeOneIn < 1) await this.#crashAgain(moment, promised, crash);
  }

  async #crashAgain(moment: Moment, promised: Promised, crash: CrashCase): Promise<void> {
    const life = await SecondLife.begin(moment.build(crash.choice), promised);
    const { limits, disobedience } = this.#options;
    const recording = await life.record(disobedience);
    await eachMoment(recording, crash.profile, false, async (events, momentNow) => {
      const second = momentNow();
      this.counts.secondCrashPoints += 1;
      const owed = recording.promisedAt(events);
      const promise = hashOfPromised(owed);
      const few = { all: Math.min(limits.all, 16), some: Math.min(limits.some, 4) };
      for (const choice of choicesOf(second.points, few, this.#chance)) {
        const root = second.build(choice);
        const hash = hashOf(root);
        this.counts.secondStates.add(hash);
        if (!this.counts.checks.add(mixHash(hash, promise))) continue;
        const check = new RecoveryCheck(root, owed);
        await check.run(promise, this.#mended);
        if (check.problems.length === 0) continue;
        this.#note({ ...crash, second: { events, choice } }, check.problems);
        if (this.#isOver()) return false;
      }
      return true;
    });
  }

  #note(crash: CrashCase, problems: readonly string[]): void {
    const kind = `${crash.second === undefined} ${problems[0]?.replaceAll(/[0-9a-f]*\d[0-9a-f]*|\{.*\}/g, '#')}`;
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    this.violations.push({ crash, problems });
  }

  #isOver(): boolean {
    return this.violations.length >= this.#options.violations || this.#options.isEnough(this.counts);
  }
}

function shuffled<T>(items: readonly T[], chance: Chance): readonly T[] {
  return items
    .map((item) => ({ item, place: chance() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
