/**
 * An explicit-state search of the store's protocol: every state that the steps in this folder reach, breadth first, so
 * that the first violation comes with a shortest trace.
 *
 * Explicit-state and our own, not Promela: manifests are values that refer to older ones (histories, writer tables,
 * owners of files), of which Promela would need hand-made encodings; here a state holds their numbers. The steps are
 * written in the words of the implementation, run wherever the tests run, and need no other program.
 */
import { takeClientSteps } from './client-steps.js';
import { takeCollectorSteps } from './collector-steps.js';
import type { Configuration } from './configuration.js';
import { takeDisturbances } from './disturbances.js';
import { Moves, type Step, type Taker } from './moves.js';
import { findLeftover, findProblem, isAtRest } from './properties.js';
import { takeReaderSteps } from './reader-steps.js';
import { Client, Field, State } from './state.js';
import { StateSet } from './state-set.js';
import { Symmetry } from './symmetry.js';

/** What an exploration came to. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Steps from the beginning to the state that is farthest from it. */
  readonly depth: number;
  /** False if it ended early: at a violation, or at a limit. */
  readonly isComplete: boolean;
  readonly violation: Violation | undefined;
}

/** What went wrong, and the steps that led there. */
export interface Violation {
  readonly problem: string;
  readonly trace: readonly Step[];
}

export interface ExploreOptions {
  /** Ends the exploration when so many states are known. */
  readonly mostStates?: number;
  /** Keeps states apart that differ only in who is who, so that a trace names one and the same throughout. */
  readonly isPlain?: boolean;
  readonly onProgress?: (progress: { readonly states: number; readonly depth: number }) => void;
}

/** Takes every step that is possible in `state`; true if a client can do one. */
export function takeSteps(moves: Moves, state: State, taker: Taker): boolean {
  const { clients, readers, collectors } = moves.configuration;
  moves.begin(state, taker);
  let isAnyClient = false;
  for (let client = 0; client < clients.length; client++) isAnyClient = takeClientSteps(moves, client) || isAnyClient;
  for (let reader = 0; reader < readers; reader++) takeReaderSteps(moves, reader);
  for (let collector = 0; collector < collectors; collector++) takeCollectorSteps(moves, collector);
  takeDisturbances(moves);
  return isAnyClient;
}

/** What is wrong with a state in which nobody is under way. */
export function findProblemAtRest(moves: Moves, state: State, isAnyClient: boolean): string | undefined {
  if (isAtRest(moves, state)) return findLeftover(moves, state);
  const { clients } = moves.configuration;
  const isOver = clients.every((operations, client) => isThrough(state, client, operations.length));
  return isOver || isAnyClient ? undefined : 'a client waits for good';
}

/** Explores a configuration exhaustively, or up to the first violation. */
export function explore(configuration: Configuration, options: ExploreOptions = {}): Exploration {
  const moves = new Moves(configuration);
  return new Search(moves, options).run();
}

class Search {
  readonly #moves: Moves;
  readonly #options: ExploreOptions;
  readonly #known: StateSet;
  readonly #symmetry: Symmetry;
  readonly #current: State;
  readonly #reduced: State;
  #transitions = 0;
  #found: { readonly problem: string; readonly at: number; readonly last: Step | undefined } | undefined;

  constructor(moves: Moves, options: ExploreOptions) {
    this.#moves = moves;
    this.#options = options;
    this.#current = new State(moves.layout);
    this.#reduced = new State(moves.layout);
    this.#known = new StateSet(this.#current.doubleWords.length);
    this.#symmetry = new Symmetry(moves);
  }

  run(): Exploration {
    const { mostStates = Number.POSITIVE_INFINITY } = this.#options;
    this.#known.add(this.#moves.initial(), 0);
    let [index, depth, endOfLevel] = [0, 0, 1];
    for (; index < this.#known.size && this.#found === undefined && this.#known.size < mostStates; index++) {
      if (index === endOfLevel) {
        endOfLevel = this.#known.size;
        depth += 1;
      }
      this.#expand(index);
      if ((index & 0xffff) === 0) this.#options.onProgress?.({ states: this.#known.size, depth });
    }
    const isComplete = this.#found === undefined && index === this.#known.size;
    return {
      states: this.#known.size,
      transitions: this.#transitions,
      depth,
      isComplete,
      violation: this.#violation(),
    };
  }

  #expand(index: number): void {
    const now = this.#current;
    this.#known.read(index, now);
    const isAnyClient = takeSteps(this.#moves, now, (next, step) => {
      this.#transitions += 1;
      if (this.#found !== undefined) return;
      this.#reduced.become(next);
      if (this.#options.isPlain !== true) this.#symmetry.reduce(this.#reduced);
      const isNew = this.#known.add(this.#reduced, index);
      const problem = step.violation ?? findProblem(this.#moves, now, next, isNew);
      if (problem !== undefined) this.#found = { problem, at: index, last: step };
    });
    if (this.#found !== undefined) return;
    const problem = findProblemAtRest(this.#moves, now, isAnyClient);
    if (problem !== undefined) this.#found = { problem, at: index, last: undefined };
  }

  #violation(): Violation | undefined {
    if (this.#found === undefined) return undefined;
    const { problem, at, last } = this.#found;
    const path = [at];
    for (let index = at; index !== 0; ) {
      index = this.#known.parent(index);
      path.unshift(index);
    }
    const steps = path.slice(1).map((to, place) => this.#stepBetween(path[place] ?? 0, to));
    return { problem, trace: last === undefined ? steps : [...steps, last] };
  }

  /** The step that led from one state to the other: steps are not kept, but found again. */
  #stepBetween(from: number, to: number): Step {
    const goal = new State(this.#moves.layout);
    this.#known.read(from, this.#current);
    this.#known.read(to, goal);
    let found: Step | undefined;
    takeSteps(this.#moves, this.#current, (next, step) => {
      this.#reduced.become(next);
      if (this.#options.isPlain !== true) this.#symmetry.reduce(this.#reduced);
      const isGoal = this.#reduced.doubleWords.every((word, place) => word === goal.doubleWords[place]);
      if (isGoal) found ??= step;
    });
    if (found === undefined) throw new Error(`no step leads from state ${from} to ${to}`);
    return found;
  }
}

function isThrough(state: State, client: number, operations: number): boolean {
  return state.has(Field.dead, client) || state.client(client, Client.done) >= operations;
}
