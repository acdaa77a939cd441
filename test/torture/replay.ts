/** The one history that the generation numbers tell, replayed: what each generation contains. */
import { type CommitOrder, possibleMakers } from './commit-order.js';
import { type Content, contentAfter, digestOf, EMPTY, filesOf } from './content.js';
import { NOT_READ, nameOf, type Operation } from './operation.js';
import type { Report } from './violation.js';

/** What a generation is. */
export interface State {
  readonly content: Content;
  readonly digest: string;
  /** Whether updates are refused. */
  readonly isHeld: boolean;
}

/** Every generation, and who made it. */
export interface Replayed {
  /** By generation; `undefined` behind one that nobody can explain, until it is known again. */
  readonly states: readonly (State | undefined)[];
  readonly makers: readonly (Operation | undefined)[];
  /** Operations of unknown outcome that made a generation. */
  readonly found: number;
}

export const NOTHING: State = { content: EMPTY, digest: digestOf([]), isHeld: false };

/** What was seen of generations whose maker nobody was told of; a wrong sight is found out afterwards. */
function observationsOf(operations: readonly Operation[], { acknowledged }: CommitOrder): ReadonlyMap<number, string> {
  const seen = new Map<number, string>();
  const note = (generation: number, digest: string): void => {
    if (digest !== NOT_READ && acknowledged[generation] === undefined) seen.set(generation, digest);
  };
  for (const { kind, outcome, generation, baseGeneration, digest } of operations) {
    if (outcome !== 'done') continue;
    if (kind === 'update') note(baseGeneration, digest);
    if (kind === 'read' || kind === 'travel' || kind === 'keep') note(generation, digest);
  }
  return seen;
}

/** Replays a history generation by generation. */
export function replay(operations: readonly Operation[], order: CommitOrder, report: Report): Replayed {
  return new Replay(order, observationsOf(operations, order), report).run();
}

/** So many ways to explain a gap are tried; a real one has a handful. */
const MOST_TRIES = 100_000;

class Replay {
  readonly #order: CommitOrder;
  readonly #observed: ReadonlyMap<number, string>;
  readonly #report: Report;
  readonly #states: (State | undefined)[] = [NOTHING];
  readonly #makers: (Operation | undefined)[];
  readonly #used = new Set<Operation>();
  #triesLeft = MOST_TRIES;

  constructor(order: CommitOrder, observed: ReadonlyMap<number, string>, report: Report) {
    this.#order = order;
    this.#observed = observed;
    this.#report = report;
    this.#makers = [...order.acknowledged];
  }

  run(): Replayed {
    for (let generation = 1; generation <= this.#order.highest; generation++) {
      if (this.#makers[generation] === undefined) this.#explainFrom(generation);
      const maker = this.#makers[generation];
      this.#states[generation] = maker === undefined ? undefined : this.#require(maker, generation);
    }
    return { states: this.#states, makers: this.#makers, found: this.#used.size };
  }

  /** The state that `maker` makes, with whatever it should not have done reported. */
  #require(maker: Operation, generation: number): State | undefined {
    const base = this.#states[generation - 1];
    const problem = base === undefined ? undefined : this.#problemOf(maker, generation, base);
    if (problem !== undefined) this.#report(problem.rule, generation, `${nameOf(maker)} ${problem.text}`);
    return this.#after(maker, base);
  }

  #after(maker: Operation, base: State | undefined): State | undefined {
    if (maker.kind === 'rollback') {
      const target = this.#states[maker.target];
      return target && { ...target, isHeld: maker.word === 'hold' || base?.isHeld === true };
    }
    if (maker.kind === 'resume') return base && { ...base, isHeld: false };
    if (base === undefined) return undefined;
    const content = contentAfter(base.content, nameOf(maker));
    return { content, digest: digestOf(filesOf(content)), isHeld: false };
  }

  #problemOf(
    maker: Operation,
    generation: number,
    base: State,
  ): { readonly rule: 'BASE_DIFFERS' | 'HOLD_IGNORED' | 'UNEXPLAINED_GENERATION'; readonly text: string } | undefined {
    if (maker.kind === 'rollback') {
      if (maker.target > 0 && maker.target < generation) return undefined;
      return { rule: 'UNEXPLAINED_GENERATION', text: `went back to ${maker.target}, which is none before it` };
    }
    if (maker.kind === 'resume')
      return base.isHeld ? undefined : { rule: 'HOLD_IGNORED', text: 'resumed what was not on hold' };
    if (base.isHeld) return { rule: 'HOLD_IGNORED', text: 'updated a generation on hold' };
    if (maker.outcome !== 'done') return undefined;
    if (maker.baseGeneration === generation - 1 && maker.digest === base.digest) return undefined;
    const [found, expected] = [`${maker.baseGeneration} (${maker.digest})`, `${generation - 1} (${base.digest})`];
    return { rule: 'BASE_DIFFERS', text: `stood on generation ${found}, expected ${expected}` };
  }

  /** Finds who made the generations from this one on of which nobody was told. */
  #explainFrom(generation: number): void {
    this.#triesLeft = MOST_TRIES;
    const makers = this.#findMakers(generation, new Set());
    if (makers === undefined) {
      const candidates = possibleMakers(this.#order, generation).map(nameOf).join(', ') || 'nobody';
      this.#report('UNEXPLAINED_GENERATION', generation, `no operation explains it; by time ${candidates} might have`);
      return;
    }
    for (const [made, maker] of makers) {
      this.#makers[made] = maker;
      this.#used.add(maker);
    }
  }

  /**
   * Makers for all gaps from `generation` on up to the next update that was acknowledged, whose base tells whether the
   * guess was right. Leaves `#states` from `generation` on to be overwritten.
   */
  #findMakers(
    generation: number,
    taken: ReadonlySet<Operation>,
  ): readonly (readonly [number, Operation])[] | undefined {
    const base = this.#states[generation - 1];
    const known = this.#order.acknowledged[generation];
    if (generation > this.#order.highest) return [];
    if (known !== undefined) {
      if (base !== undefined && this.#problemOf(known, generation, base) !== undefined) return undefined;
      if (known.kind === 'update') return [];
      this.#states[generation] = this.#after(known, base);
      return this.#findMakers(generation + 1, taken);
    }
    for (const candidate of possibleMakers(this.#order, generation)) {
      this.#triesLeft -= 1;
      if (this.#triesLeft < 0) return undefined;
      if (this.#used.has(candidate) || taken.has(candidate)) continue;
      if (base !== undefined && this.#problemOf(candidate, generation, base) !== undefined) continue;
      const state = this.#after(candidate, base);
      const seen = this.#observed.get(generation);
      if (seen !== undefined && state !== undefined && state.digest !== seen) continue;
      this.#states[generation] = state;
      const rest = this.#findMakers(generation + 1, new Set([...taken, candidate]));
      if (rest !== undefined) return [[generation, candidate], ...rest];
    }
    return undefined;
  }
}
