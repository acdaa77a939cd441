/** `npm run crashes`: as many crash states as wanted. */
import { parseArgs } from 'node:util';
import { type CrashCase, formatCase, minimise, parseCase, replay } from './crash-case.js';
import { Exploration, type Violation } from './exploration.js';
import { figuresOf, Progress } from './figures.js';
import { stopTimers } from './machine.js';
import { PROFILES, type Profile } from './profiles.js';

const HELP = `npm run crashes -- [options]

Crashes a store on a disk in memory at every call of many workloads, and opens it on what the disk may have kept.

  --states N     stop after N different crash states (default 100000)
  --seconds N    stop after N seconds (default: no limit)
  --seed N       of all that is left to chance (default: the time); SNAPDEX_SEED does the same
  --profile P    only ${PROFILES.join(', ')} (default: all three)
  --steps N      longest workload, besides the first opening (default 3)
  --all N        look at every state of a crash point that has at most N (default 64)
  --some N       and else at about N of them (default 32)
  --nested N     crash again in the recovery of one state in N (default 200)
  --violations N go on until N kinds of violations were found (default 1)
  --case TEXT    run one case again, as a failure names it
  --help         this text

Progress goes to stderr, figures to stdout. Ends with 1 if a promise was not kept.`;

const { values: given } = parseArgs({
  options: {
    states: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: process.env.SNAPDEX_SEED ?? String(Date.now() % 2 ** 31) },
    profile: { type: 'string' },
    steps: { type: 'string', default: '3' },
    all: { type: 'string', default: '64' },
    some: { type: 'string', default: '32' },
    nested: { type: 'string', default: '200' },
    violations: { type: 'string', default: '1' },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function runCase(crash: CrashCase): Promise<void> {
  const { problems, page } = await replay(crash);
  console.info(page);
  if (problems.length === 0) console.info('every promise was kept');
  else process.exitCode = 1;
}

async function explore(): Promise<void> {
  const seed = Number(given.seed);
  const profiles = given.profile === undefined ? PROFILES : [requireProfile(given.profile)];
  const [most, endMs] = [Number(given.states), performance.now() + 1_000 * Number(given.seconds)];
  console.info(`SNAPDEX_SEED=${seed}`);
  const progress = new Progress();
  const exploration = new Exploration({
    seed,
    profiles,
    longest: Number(given.steps),
    schedules: 4,
    limits: { all: Number(given.all), some: Number(given.some) },
    secondLifeOneIn: Number(given.nested),
    violations: Number(given.violations),
    isEnough: (counts) => {
      progress.show(counts);
      return counts.allStates.size + counts.secondStates.size >= most || performance.now() >= endMs;
    },
  });
  await exploration.run();
  console.info(figuresOf(exploration.counts, progress));
  for (const violation of exploration.violations) await explain(violation);
}

async function explain({ crash }: Violation): Promise<void> {
  const least = await minimise(crash);
  const { page } = await replay(least);
  console.info(`\nA PROMISE WAS NOT KEPT\n${page}\nagain     npm run crashes -- --case '${formatCase(least)}'`);
  process.exitCode = 1;
}

function requireProfile(name: string): Profile {
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) throw new RangeError(`--profile ${name}: expected one of ${PROFILES.join(', ')}`);
  return profile;
}

/** What most errors here say is read by code: their stacks cost more than all else about them. */
Error.stackTraceLimit = 0;
stopTimers();
if (given.help) console.info(HELP);
else if (given.case !== undefined) await runCase(parseCase(given.case));
else await explore();
