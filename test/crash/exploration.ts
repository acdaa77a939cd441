/** Every crash point of every workload, and what each may leave. */
import { type Chance, chanceFrom } from './chance.js';
import { type ChoiceLimits, choicesOf } from './choices.js';
import type { Counts } from './counts.js';
import type { CrashCase } from './crash-case.js';
import type { Disobedience } from './forgetful-file-system.js';
import { mix, mixHash } from './hashing.js';
import { hashOf, hashOfRead, type Image } from './nodes.js';
import { PROFILES, type Profile } from './profiles.js';
import { hashOfPromised, type Promised } from './promised.js';
import { eachMoment, recordFromNothing } from './recording.js';
import { findProblems } from './recovery-check.js';
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

/** Looks for violations until it is enough or nothing is left; together with others that have the same counts. */
export class Exploration {
  readonly counts: Counts;
  readonly violations: Violation[] = [];
  readonly #options: ExplorationOptions;
  /** What was wrong so far, but for the numbers in it: one case of each kind is enough. */
  readonly #kinds = new Set<string>();

  constructor(options: ExplorationOptions, counts: Counts) {
    this.#options = options;
    this.counts = counts;
  }

  /**
   * All workloads, in an order that the seed decides, so that short and long ones take turns; then all of them again
   * with other schedules and samples, as long as that shows anything new.
   */
  async run(): Promise<void> {
    const chance = chanceFrom(this.#options.seed);
    let next = this.counts.add('workloads');
    let index = 0;
    for (let round = 1, before = -1; before < this.counts.checks.size; round++) {
      before = this.counts.checks.size;
      for (const workload of this.#round(chance)) {
        if (index === next) {
          await this.explore(workload, index);
          if (this.#isOver()) return;
          next = this.counts.add('workloads');
        }
        index += 1;
      }
      this.counts.raise('rounds', round);
    }
  }

  *#round(chance: Chance): Generator<Workload> {
    const { longest, schedules } = this.#options;
    const drawn = Array.from({ length: schedules }, () => Math.floor(chance() * 1e6));
    const lengths = Array.from({ length: longest + 1 }, (_, length) =>
      shuffled(
        MODES.flatMap((mode) => [...workloadsOf(mode, length, drawn)]),
        chance,
      ),
    );
    this.counts.raise('workloadsInRound', lengths.flat().length);
    const ofEachLength = lengths.map((workloads) => workloads.values());
    for (let isLeft = true; isLeft; ) {
      isLeft = false;
      for (const workloads of ofEachLength) {
        const { value, done } = workloads.next();
        if (done === true) continue;
        isLeft = true;
        yield value;
      }
    }
  }

  /**
   * Every crash point of the last step of one workload.
   * @param index decides, with the seed, which disks are looked at where there are too many
   */
  async explore(workload: Workload, index = 0): Promise<void> {
    const recording = await recordFromNothing(workload, this.#options.disobedience);
    const chance = chanceFrom(mix(this.#options.seed, index));
    for (const profile of this.#options.profiles ?? PROFILES) {
      await eachMoment(recording, profile, workload.isSettled, async (events, momentNow) => {
        const moment = momentNow();
        this.counts.add('crashPoints');
        const promised = recording.promisedAt(events);
        for (const choice of choicesOf(moment.points, this.#options.limits, chance)) {
          const isOver = await this.#check(moment.imageOf(choice), promised, { profile, workload, events, choice });
          if (isOver) return false;
        }
        return true;
      });
    }
  }

  /** True if it is enough. */
  async #check(image: Image, promised: Promised, crash: CrashCase): Promise<boolean> {
    const hash = hashOf(image);
    this.counts.byProfile[crash.profile].add(hash);
    this.counts.states.add(hash);
    if (!this.counts.checks.add(mixHash(hash, hashOfPromised(promised)))) return false;
    await this.#open(image, promised, crash);
    // The disk itself says whether it is one: who comes to it first may depend on how quick others are.
    if ((hash.low >>> 0) % this.#options.secondLifeOneIn === 0) await this.#crashAgain(image, promised, crash);
    return this.#isOver();
  }

  /** Unless a disk was opened that differs in nothing that anybody reads. */
  async #open(image: Image, promised: Promised, crash: CrashCase): Promise<void> {
    if (!this.counts.openings.add(mixHash(hashOfRead(image), hashOfPromised(promised)))) return;
    const problems = await findProblems(image, promised, this.counts);
    if (problems.length > 0) this.#note(crash, problems);
  }

  async #crashAgain(image: Image, promised: Promised, crash: CrashCase): Promise<void> {
    const life = await SecondLife.begin(image, promised);
    const { limits, disobedience, seed } = this.#options;
    const recording = await life.record(disobedience);
    const chance = chanceFrom(mix(seed, hashOf(image).low));
    const few = { all: Math.min(limits.all, 16), some: Math.min(limits.some, 4) };
    await eachMoment(recording, crash.profile, false, async (events, momentNow) => {
      const second = momentNow();
      this.counts.add('secondCrashPoints');
      const owed = recording.promisedAt(events);
      for (const choice of choicesOf(second.points, few, chance)) {
        const disk = second.imageOf(choice);
        const hash = hashOf(disk);
        if (this.counts.states.add(hash)) this.counts.add('secondStates');
        if (!this.counts.checks.add(mixHash(hash, hashOfPromised(owed)))) continue;
        await this.#open(disk, owed, { ...crash, second: { events, choice } });
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
    const { violations, isEnough } = this.#options;
    if (this.violations.length >= violations || isEnough(this.counts)) this.counts.raise('isOver', 1);
    return this.counts.get('isOver') > 0;
  }
}

function shuffled<T>(items: readonly T[], chance: Chance): readonly T[] {
  return items
    .map((item) => ({ item, place: chance() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
