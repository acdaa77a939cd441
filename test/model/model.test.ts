import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seeded } from '../store/seed.js';
import { BUGS, type BugName, isBugName } from './bugs.js';
import { LONG, type Plan, SHORT } from './configurations.js';
import { explore, takeSteps } from './explorer.js';
import { Moves } from './moves.js';
import { configurationWith } from './seeded.js';
import { State } from './state.js';
import { StateSet } from './state-set.js';
import { verdictOn } from './verdict.js';
import { walk } from './walks.js';

describe('in every state of the model', () => {
  test.each(SHORT.map((plan) => ({ ...plan })))('$name, $mode: the protocol keeps what it promises', (plan) => {
    const { violation, isComplete } = explore(plan);
    expect({ violation, isComplete }).toEqual({ violation: undefined, isComplete: true });
  });

  test('in which everybody takes part, at random: the protocol keeps what it promises', () => {
    const everybody = LONG.filter(({ search }) => search === 'walks');
    expect(everybody.map(({ mode }) => mode)).toEqual(['none', 'file_lock']);
    const { seed } = seeded();
    for (const plan of everybody) expect(walk(plan, { seed, mostStates: 60_000 }).violation).toBeUndefined();
  });
});

describe('the model finds', () => {
  const broken: Readonly<Record<BugName, RegExp>> = {
    'unconfirmed-claim': /acknowledged change is lost/,
    'higher-so-lost': /lacks files|twice/,
    'unconfirmed-read': /reader at \d+ misses a change that was acknowledged/,
    'current-is-truth': /taken back|goes back|lost/,
    'lock-without-claim': /acknowledged change is lost/,
    'swap-before-claim': /CURRENT names 2, which nobody has claimed/,
    'unretire-pinned': /lacks files and is pinned/,
    'pins-before-retired': /lacks files and is pinned/,
    'mark-by-later-look': /lacks files and is pinned/,
    'prune-live-writer': /lacks files|twice/,
    'bury-pinned': /lacks files and is pinned/,
    'bury-unobserved': /lacks files and is pinned/,
    'record-last': /head 3 lacks files/,
    'discard-in-place': /head 2 lacks files/,
    'unguarded-rollback': /head 3 lacks files/,
    'unguarded-tag': /tagged generation 1 is gone/,
    'restore-dead-number': /lacks files and is pinned/,
    'confirm-by-new-name': /lacks files|twice/,
    'forget-the-dead': /of a dead client stays/,
  };

  test.each(Object.keys(BUGS).filter(isBugName))('%s, and only because of it', (bug) => {
    const configuration = configurationWith(bug);
    const { violation } = explore(configuration, { isPlain: true });
    expect(violation?.problem).toMatch(broken[bug]);
    expect(violation?.trace.length).toBeGreaterThan(1);
    expect(explore({ ...configuration, bugs: [] }).violation).toBeUndefined();
  });
});

describe('the model', () => {
  test('names the numbered steps of docs/protocol.md, all of them and no other', () => {
    const names = new Set<string>();
    for (const plan of SHORT) for (const name of namesOfSteps(plan)) names.add(name);
    for (const [section, prefix] of [
      ['Commit', 'commit'],
      ['Read', 'read'],
      ['Pin', 'pin'],
      ['Collect', 'collect'],
      ['Roll back', 'roll back'],
      ['Clear up', 'clear up'],
    ] as const) {
      const used = [...[...names].join('\n').matchAll(new RegExp(`\\b${prefix} (\\d|\\([a-e]\\))`, 'g'))].map(
        ([, step]) => step,
      );
      const described = numberedSteps(section).filter((step) => !NOT_MODELLED.includes(`${prefix} ${step}`));
      expect([...new Set(used)].sort(), section).toEqual(described);
    }
  });

  test('says so where a plan that is to be explored to the end was not', () => {
    const [plan] = SHORT;
    if (plan === undefined) throw new Error('there is no configuration');
    const whole = { states: 9, transitions: 9, depth: 9, isComplete: true, violation: undefined };
    expect(verdictOn(whole, plan)).toEqual({ words: 'none in all', isFailure: false });
    const cutShort = explore(plan, { mostStates: 100 });
    expect(verdictOn(cutShort, plan)).toEqual({ words: 'NOT TO THE END', isFailure: true });
    expect(verdictOn(cutShort, { search: 'bounded' })).toEqual({ words: 'none in part', isFailure: false });
    expect(verdictOn(cutShort, { search: 'walks' })).toEqual({ words: 'none in walks', isFailure: false });
    const violation = { problem: 'lost', trace: [] };
    expect(verdictOn({ ...cutShort, violation }, plan)).toEqual({ words: 'VIOLATION', isFailure: true });
  });

  test.each(['higher-so-lost', 'lock-without-claim', 'unretire-pinned'] as const)(
    'finds %s as soon when it takes those for one who differ only in who is who',
    (bug) => {
      const [reduced, plain] = [false, true].map((isPlain) => explore(configurationWith(bug), { isPlain }));
      expect(reduced?.violation?.trace.length).toBe(plain?.violation?.trace.length);
      expect(reduced?.states).toBeLessThan(plain?.states ?? 0);
    },
  );
});

/** The first is about damage, of which the model knows nothing; in the second an empty record, which nobody reads, goes. */
const NOT_MODELLED: readonly string[] = ['read 4', 'clear up 4'];

/** The names of all steps out of the first states of a configuration. */
function namesOfSteps(plan: Plan): ReadonlySet<string> {
  const moves = new Moves(plan);
  const known = new StateSet(moves.initial().doubleWords.length);
  known.add(moves.initial(), 0);
  const names = new Set<string>();
  const now = new State(moves.layout);
  for (let index = 0; index < known.size && known.size < 20_000; index++) {
    known.read(index, now);
    takeSteps(moves, now, (next, { name }) => {
      known.add(next, index);
      names.add(name);
    });
  }
  return names;
}

/** The numbers, or letters, of the steps in a section of the protocol's description. */
function numberedSteps(section: string): readonly string[] {
  const text = fs.readFileSync(fileURLToPath(new URL('../../docs/protocol.md', import.meta.url)), 'utf8');
  const body = text.split(new RegExp(`^## ${section} `, 'm'))[1]?.split(/^## /m)[0] ?? '';
  return [...body.matchAll(/^(?:(\d)\. |- \*\*(\([a-e]\)))/gm)].map((match) => match[1] ?? match[2] ?? '').sort();
}
