/** `npm run crashes`: as many crash states as wanted. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Counts } from './counts.js';
import { type CrashCase, formatCase, minimise, parseCase, replay } from './crash-case.js';
import type { Violation } from './exploration.js';
import type { ExplorerOrders } from './explorer.js';
import { figuresOf, startNow } from './figures.js';
import { stopTimers } from './machine.js';
import { PROFILES, type Profile } from './profiles.js';

const HELP = `npm run crashes -- [options]

Crashes a store on a disk in memory at every call of many workloads, and opens it on what the disk may have kept.

  --states N     stop after N different crash states (default 100000); ten million take a gigabyte
  --seconds N    stop after N seconds (default: no limit)
  --seed N       of all that is left to chance (default: the time); SNAPDEX_SEED does the same
  --profile P    only ${PROFILES.join(', ')} (default: all three)
  --steps N      longest workload, besides the first opening (default 3)
  --all N        look at every state of a crash point that has at most N (default 64)
  --some N       and else at about N of them (default 32)
  --nested N     crash again in the recovery of one state in N (default 200)
  --workers N    so many threads (default: as many as the machine runs at once)
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
    workers: { type: 'string', default: String(availableParallelism()) },
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
  const mostStates = Number(given.states);
  console.info(`SNAPDEX_SEED=${seed}`);
  const orders: ExplorerOrders = {
    memory: Counts.memoryFor(mostStates),
    options: {
      seed,
      profiles: given.profile === undefined ? PROFILES : [requireProfile(given.profile)],
      longest: Number(given.steps),
      schedules: 4,
      limits: { all: Number(given.all), some: Number(given.some) },
      secondLifeOneIn: Number(given.nested),
      violations: Number(given.violations),
    },
    mostStates,
    endMs: Date.now() + 1_000 * Number(given.seconds),
  };
  const counts = new Counts(orders.memory);
  const start = startNow();
  const progress = setInterval(
    () => process.stderr.write(`${figuresOf(counts, start).replaceAll('\n', '; ')}\n`),
    PROGRESS_MS,
  );
  const violations = await Promise.all(Array.from({ length: Number(given.workers) }, () => runThread(orders)));
  clearInterval(progress);
  console.info(figuresOf(counts, start));
  stopTimers();
  for (const violation of violations.flat().slice(0, orders.options.violations)) await explain(violation);
}

const PROGRESS_MS = 10_000;

async function runThread(orders: ExplorerOrders): Promise<readonly Violation[]> {
  const thread = new Worker(new URL('explorer.js', import.meta.url), {
    workerData: orders,
    // Nearly everything dies young, if it is given the time.
    resourceLimits: { maxYoungGenerationSizeMb: 256, maxOldGenerationSizeMb: 4_096 },
  });
  const [violations]: readonly Violation[][] = await once(thread, 'message');
  return violations ?? [];
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

if (given.help) console.info(HELP);
else if (given.case !== undefined) {
  stopTimers();
  await runCase(parseCase(given.case));
} else await explore();
