/** `npm run model`: explores the long configurations and prints a table, or shows how a seeded bug is found. */
import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readCommandLine } from '../command-line.js';
import { BUGS, type BugName, isBugName } from './bugs.js';
import { LONG, type Plan, SHORT } from './configurations.js';
import { explore, type Violation } from './explorer.js';
import { configurationWith } from './seeded.js';
import { verdictOn } from './verdict.js';
import { walk } from './walks.js';

const HELP = `npm run model                       explore the long configurations (80 million states, some ten minutes, 2 GB)
npm run model -- --short            explore those that every test run explores
npm run model -- --only NAME        explore one of them
npm run model -- --seed NUMBER      walk the same random walks again
npm run model -- --bug NAME         show the shortest way to what a seeded bug breaks
npm run model -- --bugs             show how each of them is found

configurations (none, or none and file_lock)
${[...new Map([...SHORT, ...LONG].map((plan) => [plan.name, plan.about]))].map(([name, about]) => `  ${name.padEnd(20)}${about}`).join('\n')}

bugs
${Object.entries(BUGS)
  .map(([name, about]) => `  ${name.padEnd(22)}${about}`)
  .join('\n')}`;

const { values, bug, only, seed } = readCommandLine(() => {
  const { values: given } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      short: { type: 'boolean' },
      only: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
      bug: { type: 'string' },
      bugs: { type: 'boolean' },
    },
  });
  const plans = [...new Set([...SHORT, ...LONG].map(({ name }) => name))];
  return {
    values: given,
    bug: given.bug === undefined ? undefined : oneOf('--bug', given.bug, Object.keys(BUGS).filter(isBugName)),
    only: given.only === undefined ? undefined : oneOf('--only', given.only, plans),
    seed: numberFrom('--seed', given.seed, { least: 0 }),
  };
});

if (values.help === true) print(HELP);
else if (values.bugs === true) Object.keys(BUGS).filter(isBugName).forEach(showBug);
else if (bug !== undefined) showBug(bug);
else exploreAll(values.short === true ? SHORT : LONG);

function showBug(name: BugName): void {
  print(`${name}: ${BUGS[name]}`);
  const { violation, states } = explore(configurationWith(name), { isPlain: true, onProgress: showProgress });
  if (violation === undefined) fail(`  not found in ${states} states`);
  else showViolation(violation);
}

function exploreAll(plans: readonly Plan[]): void {
  const chosen = only === undefined ? plans : [...SHORT, ...LONG].filter(({ name }) => name === only);
  print(`seed ${seed}`);
  print(row('configuration', 'mode', 'states', 'transitions', 'depth', 'verdict', 'CPU s'));
  let total = 0;
  for (const plan of chosen) total += exploreOne(plan);
  print(row('', '', total.toLocaleString('en'), '', '', '', ''));
}

function exploreOne(plan: Plan): number {
  // Of the processor, which says more than the clock where others work too.
  const before = process.cpuUsage();
  const options = { mostStates: plan.mostStates, onProgress: showProgress };
  const found = plan.search === 'walks' ? walk(plan, { ...options, seed }) : explore(plan, options);
  const { user, system } = process.cpuUsage(before);
  const figures = [found.states, found.transitions, found.depth].map((figure) => figure.toLocaleString('en'));
  const { words, isFailure } = verdictOn(found, plan);
  print(row(plan.name, plan.mode, ...figures, words, String(Math.round((user + system) / 1e6))));
  if (found.violation !== undefined) showViolation(found.violation);
  if (isFailure) process.exitCode = 1;
  return found.states;
}

function showViolation({ problem, trace }: Violation): void {
  trace.forEach(({ actor, name, about }, index) => {
    print(`  ${String(index + 1).padStart(3)}. ${actor} ${name}${about < 0 ? '' : ` [${about}]`}`);
  });
  print(`  => ${problem}\n`);
}

function row(...cells: readonly string[]): string {
  const widths = [20, 10, 12, 13, 6, 14, 6];
  const isNumber = [false, false, true, true, true, false, true];
  const padded = cells.map((cell, index) => {
    const width = widths[index] ?? 0;
    return isNumber[index] === true ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join(' ').trimEnd();
}

function showProgress({ states, depth }: { readonly states: number; readonly depth: number }): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${states.toLocaleString('en')} states, depth ${depth} `);
}

function print(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.stdout.write(`${line}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
