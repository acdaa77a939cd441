/** Random walks, for configurations whose states are too many to visit: from the beginning until nobody can go on. */
import type { Configuration } from './configuration.js';
import { type Exploration, findProblemAtRest, takeSteps, type Violation } from './explorer.js';
import { Moves, type Step } from './moves.js';
import { findProblem } from './properties.js';
import { State } from './state.js';
import { StateSet } from './state-set.js';

export interface WalkOptions {
  readonly seed: number;
  /** Ends when so many different states were visited. */
  readonly mostStates: number;
  readonly onProgress?: (progress: { readonly states: number; readonly depth: number }) => void;
}

/** Collectors and readers never end, so a walk does. */
const LONGEST_WALK = 400;
/** What goes wrong in a configuration is spread over the walk, not used up at its beginning. */
const DISTURBANCE = /crash|revive|take for dead|LOCK_TIMEOUT|live holder/;
const DISTURBANCE_WEIGHT = 0.05;

/** Walks until enough is seen or something is wrong; the trace is then the whole walk, not a shortest one. */
export function walk(configuration: Configuration, options: WalkOptions): Exploration {
  const moves = new Moves(configuration);
  const random = randomFrom(options.seed);
  const known = new StateSet(moves.initial().doubleWords.length);
  let [transitions, depth] = [0, 0];
  let violation: Violation | undefined;
  for (let walks = 0; known.size < options.mostStates && violation === undefined; walks++) {
    const walked = walkOnce(moves, random, known);
    transitions += walked.trace.length;
    depth = Math.max(depth, walked.trace.length);
    if (walked.problem !== undefined) violation = { problem: walked.problem, trace: walked.trace };
    if (walks % 1000 === 0) options.onProgress?.({ states: known.size, depth });
  }
  return { states: known.size, transitions, depth, isComplete: false, violation };
}

function walkOnce(moves: Moves, random: () => number, known: StateSet): { problem: string | undefined; trace: Step[] } {
  const now = moves.initial();
  const chosen = new State(moves.layout);
  const trace: Step[] = [];
  // From walk to walk whoever is at work stays at it longer, or hardly: the others sleep meanwhile.
  const stay = 1000 ** random();
  while (trace.length < LONGEST_WALK) {
    let total = 0;
    let step: Step | undefined;
    const last = trace.at(-1)?.actor;
    const isAnyClient = takeSteps(moves, now, (next, candidate) => {
      const isDisturbance = DISTURBANCE.test(candidate.name);
      const weight = isDisturbance ? DISTURBANCE_WEIGHT : candidate.actor === last ? stay : 1;
      total += weight;
      // Each step is chosen by its weight, however many there will be.
      if (random() * total >= weight) return;
      chosen.become(next);
      step = candidate;
    });
    const problemAtRest = findProblemAtRest(moves, now, isAnyClient);
    if (problemAtRest !== undefined || step === undefined) return { problem: problemAtRest, trace };
    trace.push(step);
    const problem = step.violation ?? findProblem(moves, now, chosen, known.add(chosen, 0));
    if (problem !== undefined) return { problem, trace };
    now.become(chosen);
  }
  return { problem: undefined, trace };
}

/** Mulberry32, by Tommy Ettinger, public domain: numbers from 0 to 1 that one seed determines. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
