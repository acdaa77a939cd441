/** `npm run crashes`: as many crash states as wanted. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { numberFrom, oneOf, readCommandLine } from '../command-line.js';
import { Counts } from './counts.js';
import { type CrashCase, formatCase, minimise, parseCase, replay } from './crash-case.js';
import type { Violation } from './exploration.js';
import type { ExplorerOrders } from './explorer.js';
import { figuresOf, startNow } from './figures.js';
import { stopTimers } from './machine.js';
import { PROFILES } from './profiles.js';

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

const { given, seed, profiles, numbers } = readCommandLine(() => {
  const { values } = parseArgs({
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
  const { states, seconds, steps, all, some, nested, workers, violations } = values;
  return {
    given: values,
    seed: numberFrom('--seed', values.seed, { least: 0 }),
    profiles: values.profile === undefined ? PROFILES : [oneOf('--profile', values.profile, PROFILES)],
    numbers: {
      states: numberFrom('--states', states, { least: 1 }),
      seconds: numberFrom('--seconds', seconds, { least: 0, isWhole: false }),
      steps: numberFrom('--steps', steps, { least: 1 }),
      all: numberFrom('--all', all, { least: 0 }),
      some: numberFrom('--some', some, { least: 0 }),
      nested: numberFrom('--nested', nested, { least: 1 }),
      workers: numberFrom('--workers', workers, { least: 1 }),
      violations: numberFrom('--violations', violations, { least: 1 }),
    },
  };
});

async function runCase(crash: CrashCase): Promise<void> {
  const { problems, page } = await replay(crash);
  console.info(page);
  if (problems.length === 0) console.info('every promise was kept');
  else process.exitCode = 1;
}

async function explore(): Promise<void> {
  const { states: mostStates, seconds, steps, all, some, nested, workers, violations: mostViolations } = numbers;
  console.info(`SNAPDEX_SEED=${seed}`);
  const orders: ExplorerOrders = {
    memory: Counts.memoryFor(mostStates),
    options: {
      seed,
      profiles,
      longest: steps,
      schedules: 4,
      limits: { all, some },
      secondLifeOneIn: nested,
      violations: mostViolations,
    },
    mostStates,
    endMs: Date.now() + 1_000 * seconds,
  };
  const counts = new Counts(orders.memory);
  const start = startNow();
  const progress = setInterval(
    () => process.stderr.write(`${figuresOf(counts, start).replaceAll('\n', '; ')}\n`),
    PROGRESS_MS,
  );
  const violations = await Promise.all(Array.from({ length: workers }, () => runThread(orders)));
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

if (given.help) console.info(HELP);
else if (given.case !== undefined) {
  stopTimers();
  const text = given.case;
  await runCase(readCommandLine(() => parseCase(text)));
} else await explore();
