import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitOf, snapdex } from '../cli/temporary-project.js';
import { randomNumbers, seedOfThisRun } from '../search/documents/random-numbers.js';
import { arrayOf, entriesOf, expectVerified, until, untilSettled } from './agreement.js';
import { corpusFolder, projectFrom } from './corpus-project.js';
import { DocumentEdits } from './document-edits.js';
import { type RunningServer, startFour, startServer } from './running-server.js';
import { report, sized } from './test-size.js';

const seed = seedOfThisRun();

it(`servers that are killed in the middle of their work leave nothing wrong (seed ${seed})`, {
  timeout: 1_800_000,
}, async () => {
  await using project = await projectFrom(corpusFolder('vue-docs'));
  const random = randomNumbers(seed);
  const edits = new DocumentEdits(project.root, random);
  const fleet = await startFour(['--root', project.root]);
  const servers = [...fleet.servers];
  const complaints: string[] = [];
  const kills = sized({ quick: 30, full: 200 });
  for (let kill = 0; kill < kills; kill++) {
    for (let made = random(8); made >= 0; made--) await edits.make();
    await pause(random(700));
    const place = random(servers.length);
    const victim = servers[place];
    if (victim === undefined) continue;
    victim.process.kill('SIGKILL');
    await exitOf(victim.process);
    complaints.push(victim.stderr());
    const next = await startServer(victim.kind, ['--root', project.root]);
    servers[place] = next;
    // It opened the store that the other left behind, and answers from it. One of the edits has broken front matter.
    const problems = arrayOf((await next.call('index_status')).problems);
    expect(problems.filter((problem) => !isBrokenFrontMatter(problem))).toEqual([]);
  }
  await untilSettled(servers, project);
  await expectVerified(project.root, project.indexPath);
  const takeovers = await measureTakeovers(servers, project.root);
  report(`${kills} kills`, { 'lease taken over after ms': takeovers.join('/') });
  const codes = await Promise.all(servers.map((server) => server.end()));
  complaints.push(...servers.map((server) => server.stderr()));
  expect({ codes, stderr: complaints.join('') }).toEqual({ codes: [0, 0, 0, 0], stderr: '' });
  await expectNothingLeft(project);
});

function isBrokenFrontMatter(problem: unknown): boolean {
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'FRONT_MATTER_BROKEN';
}

/** Kills the instance that indexes, five times, and measures until another one is it. */
async function measureTakeovers(servers: RunningServer[], root: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const pid = await indexerOf(servers);
    const place = servers.findIndex((server) => server.pid === pid);
    const victim = servers[place];
    if (victim === undefined) throw new Error(`process ${pid} indexes and is none of ours`);
    const others = servers.filter((server) => server !== victim);
    const killedMs = performance.now();
    victim.process.kill('SIGKILL');
    await exitOf(victim.process);
    await until(async () => (await findIndexer(others)) !== undefined);
    times.push(Math.round(performance.now() - killedMs));
    servers[place] = await startServer(victim.kind, ['--root', root]);
  }
  return times;
}

async function indexerOf(servers: readonly RunningServer[]): Promise<number> {
  await until(async () => (await findIndexer(servers)) !== undefined);
  return (await findIndexer(servers)) ?? 0;
}

/** The id of the living process that indexes. */
async function findIndexer(servers: readonly RunningServer[]): Promise<number | undefined> {
  const { instances } = (await servers[0]?.call('index_status')) ?? {};
  const pids = arrayOf(instances)
    .map(entriesOf)
    .filter((instance) => instance.role === 'indexer')
    .map((instance) => Number(instance.pid));
  return pids.find((pid) => servers.some((server) => server.pid === pid));
}

/** After one collection nobody's traces are left: no drafts, pins, instances or trash. */
async function expectNothingLeft(project: { readonly root: string; readonly indexPath: string }): Promise<void> {
  const collected = await snapdex(['collect', '--root', project.root, '--json']);
  expect(collected).toMatchObject({ code: 0, stderr: '' });
  for (const folder of ['drafts', 'pins', 'instances', 'trash']) {
    expect({ folder, left: await readdir(join(project.indexPath, folder)) }).toEqual({ folder, left: [] });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
