import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { randomNumbers, seedOfThisRun } from '../search/documents/random-numbers.js';
import { expectAgreement, expectVerified, freshBuild, untilSettled } from './agreement.js';
import { documentPaths, emptyProject, OWN_DOCUMENTS, type ProjectFolder, replayBundle } from './corpus-project.js';
import { DocumentEdits } from './document-edits.js';
import { startFour, startServer } from './running-server.js';
import { report, sized } from './test-size.js';

const run = promisify(execFile);
const QUERIES = [
  'reactivity fundamentals',
  'computed properties',
  'component registration',
  'provide inject',
  'server side rendering',
  'transition group',
  'watchEffect',
  'lamp wick',
  'Vue 3 migration',
  'custom directives',
];
const seed = seedOfThisRun();

/** A working tree and how to bring it to its next commit, until there is none. */
interface Replay {
  readonly steps: number;
  next(): Promise<void>;
}

it(`the index of a replayed history equals a fresh build (seed ${seed})`, { timeout: 900_000 }, async () => {
  await using project = await emptyProject();
  const replay = await replayOf(project);
  await using fleet = await startFour(['--root', project.root]);
  await untilSettled(fleet.servers, project);
  const startedMs = performance.now();
  for (let step = 0; step < replay.steps; step++) await replay.next();
  const quietMs = performance.now();
  await untilSettled(fleet.servers, project);
  report(`replay of ${replay.steps} commits under four servers`, {
    'checked out in ms': Math.round(quietMs - startedMs),
    'settled after ms': Math.round(performance.now() - quietMs),
    generation: Number((await fleet.first.call('index_status')).generation),
  });
  const freshPath = join(project.around, 'fresh');
  await freshBuild(project.root, freshPath);
  await using fresh = await startServer('modern', ['--root', project.root, '--index-path', freshPath]);
  await untilSettled([fresh], { ...project, indexPath: freshPath });
  const paths = (await documentPaths(project.root)).filter((_, place) => place % 5 === 0);
  await expectAgreement([fresh, ...fleet.servers], { queries: QUERIES, paths });
  await expectVerified(project.root, project.indexPath);
  await fleet.endCleanly();
});

/** The last commits of real documentation; where there is none, as many commits of random edits. */
async function replayOf(project: ProjectFolder): Promise<Replay> {
  const bundle = replayBundle('vue-docs');
  const wanted = sized({ quick: 40, full: 600 });
  if (bundle === undefined) return randomReplay(project, wanted);
  const git = async (...words: readonly string[]): Promise<string> =>
    (await run('git', words, { cwd: project.root, maxBuffer: 2 ** 26 })).stdout;
  await rm(project.root, { recursive: true });
  await run('git', ['clone', '--quiet', '-b', 'main', bundle, project.root]);
  const commits = (await git('rev-list', '--reverse', 'main'))
    .trim()
    .split('\n')
    .slice(-wanted - 1);
  const [base, ...later] = commits;
  expect(base).toBeDefined();
  await git('checkout', '--quiet', base ?? '');
  const coming = later[Symbol.iterator]();
  return {
    steps: later.length,
    next: async () => {
      const { value } = coming.next();
      if (value !== undefined) await git('checkout', '--quiet', value);
    },
  };
}

async function randomReplay(project: ProjectFolder, steps: number): Promise<Replay> {
  for (const path of await documentPaths(OWN_DOCUMENTS)) {
    const target = join(project.root, path);
    await mkdir(join(target, '..'), { recursive: true });
    await cp(join(OWN_DOCUMENTS, path), target);
  }
  const edits = new DocumentEdits(project.root, randomNumbers(seed));
  return { steps, next: () => edits.make() };
}
