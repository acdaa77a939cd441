/** Takes one sync after another away from the store, and requires that the crashes notice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counts } from './counts.js';
import { formatCase, minimise, parseCase, replay } from './crash-case.js';
import { Exploration } from './exploration.js';
import type { Disobedience } from './forgetful-file-system.js';
import { stopTimers } from './machine.js';
import type { Profile } from './profiles.js';
import { parseWorkload } from './workload.js';

/** A sync that is not done, and the shortest workload in which it is missed. */
interface BrokenOrder {
  readonly what: string;
  readonly disobedience: Disobedience;
  readonly workload: string;
  readonly profile: Profile;
}

const directoryIs = (pattern: RegExp): Disobedience => ({ ignoresSyncOfDirectory: (path) => pattern.test(path) });
const fileIs = (pattern: RegExp): Disobedience => ({ ignoresSyncOfFile: (path) => pattern.test(path) });

const BROKEN: readonly BrokenOrder[] = [
  {
    what: 'the claims of durable commits are not synced',
    disobedience: directoryIs(/\/generations$/),
    workload: 'durable: A.update',
    profile: 'weakest',
  },
  {
    what: 'the files of a durable commit are not synced',
    disobedience: fileIs(/\/drafts\/[^/]+\/kept$/),
    workload: 'durable: A.update',
    profile: 'rename-before-data',
  },
  {
    what: 'the manifest of a durable commit is not synced',
    disobedience: fileIs(/manifest\.json$/),
    workload: 'durable: A.update',
    profile: 'rename-before-data',
  },
  {
    what: 'the names in a draft are not synced',
    disobedience: directoryIs(/\/drafts\/[^/]+$/),
    workload: 'durable: A.update',
    profile: 'weakest',
  },
  {
    what: 'the names in a directory of a draft are not synced',
    disobedience: directoryIs(/\/folder$/),
    workload: 'durable: A.update',
    profile: 'weakest',
  },
  {
    what: 'nothing is synced on a disk with a journal',
    disobedience: { ignoresSyncOfDirectory: () => true, ignoresSyncOfFile: () => true },
    workload: 'durable: A.update',
    profile: 'ordered',
  },
  {
    what: 'the directory of the store is not synced in its parent at the first opening',
    disobedience: directoryIs(/^\/project$/),
    workload: 'durable: A.update',
    profile: 'weakest',
  },
  {
    what: 'the directories of the store are not synced at the first opening',
    disobedience: directoryIs(/\.snapdex$/),
    workload: 'durable: A.update',
    profile: 'weakest',
  },
  {
    what: 'a tag is not synced',
    disobedience: directoryIs(/\/tags$/),
    workload: 'durable: A.update, A.tag',
    profile: 'weakest',
  },
  {
    what: 'the bytes of a tag are not synced',
    disobedience: fileIs(/\/tags\//),
    workload: 'durable: A.update, A.tag',
    profile: 'rename-before-data',
  },
  {
    what: 'what is retired is not synced before its files go',
    disobedience: directoryIs(/\/generations\/\d+$/),
    workload: 'durable: A.update, A.update, A.collect',
    profile: 'weakest',
  },
  {
    what: 'what is buried is not synced before it is deleted',
    disobedience: directoryIs(/\/(generations|trash)$/),
    workload: 'durable settled: A.update, A.ensure, A.update, A.collect',
    profile: 'weakest',
  },
  {
    what: 'flushing does not sync the files',
    disobedience: fileIs(/\/generations\//),
    workload: 'deferred: A.update, A.flush',
    profile: 'rename-before-data',
  },
  {
    what: 'flushing does not sync the names',
    disobedience: directoryIs(/\/generations\/\d+$/),
    workload: 'deferred: A.update, A.flush',
    profile: 'weakest',
  },
];

/** More than any of these workloads has. */
const MOST_STATES = 50_000;

let startTimers: () => void;
beforeAll(() => {
  startTimers = stopTimers();
});
afterAll(() => startTimers());

async function explore({ disobedience, workload, profile }: BrokenOrder, isBroken: boolean): Promise<Exploration> {
  const options = {
    seed: 1,
    profiles: [profile],
    longest: 0,
    schedules: 0,
    limits: { all: 64, some: 40 },
    secondLifeOneIn: Number.POSITIVE_INFINITY,
    violations: 1,
    isEnough: () => false,
    ...(isBroken ? { disobedience } : {}),
  };
  const exploration = new Exploration(options, new Counts(Counts.memoryFor(MOST_STATES)));
  await exploration.explore(parseWorkload(workload));
  return exploration;
}

test.each(BROKEN)('it is noticed when $what', async (broken) => {
  expect((await explore(broken, false)).violations).toEqual([]);
  const { violations } = await explore(broken, true);
  expect(violations).toHaveLength(1);
  // And it is found again in the case that a failure prints, with as little lost as possible.
  for (const { crash } of violations) {
    const least = parseCase(formatCase(await minimise(crash, broken.disobedience)));
    expect((await replay(least, broken.disobedience)).problems).not.toEqual([]);
  }
});
