import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SnapshotStore } from '../../dist/store/index.js';
import { edited } from '../corpus.mjs';
import { median } from '../measuring.mjs';
import { startServer, untilCurrent } from '../servers.mjs';
import { whileOpen } from '../while-open.mjs';

/** More than enough to show what each further instance costs. */
const INSTANCES = 8;
/** Bursts are this far apart: longer than the debounce, and a follower has caught up. */
const PAUSE_MS = 2_000;
/** What `/proc/PID/stat` counts in. */
const TICK_MS = 10;

/** What an edit costs all instances together, and what a change of branch costs one. */
export async function measureFresh(bench) {
  // Only Linux tells what another process has used.
  if (!existsSync('/proc/self/stat')) return [];
  return [...(await measureStorm(bench)), ...(await measureCheckout(bench))];
}

async function measureStorm(bench) {
  const one = await stormWith(bench, 1);
  const many = await stormWith(bench, INSTANCES);
  const { stormBursts, editsPerBurst } = bench.sizes;
  const what = `CPU of ${INSTANCES} instances for ${stormBursts} bursts of ${editsPerBurst} edits`;
  const note = `floor: one instance; generations: ${many.generations}, with one instance ${one.generations}`;
  return [{ what, unit: 'ms', p50: many.cpuMs, floor: one.cpuMs, ratio: many.cpuMs / one.cpuMs, note }];
}

async function stormWith(bench, count) {
  const { root } = await bench.preparedProject();
  return whileServed(bench.copyOf(root), bench, count, async (project, servers) => {
    const { stormBursts, editsPerBurst } = bench.sizes;
    const generationsBefore = await newestGeneration(project);
    const cpuBefore = cpuOf(servers);
    for (let burst = 0; burst < stormBursts; burst += 1) {
      for (const document of bench.corpus.documents.slice(0, editsPerBurst))
        writeFileSync(join(project, document.path), edited(document, burst));
      await sleep(PAUSE_MS);
    }
    await Promise.all(servers.map(untilCurrent));
    const cpuMs = cpuOf(servers) - cpuBefore;
    return { cpuMs, generations: (await newestGeneration(project)) - generationsBefore };
  });
}

/** A real `git checkout`, there and back again, of a branch in which some documents differ. */
async function measureCheckout(bench) {
  const { root } = await bench.preparedProject();
  const rows = [];
  for (const differing of bench.sizes.checkoutFiles) {
    const project = bench.copyOf(root);
    const git = (...words) =>
      execFileSync('git', ['-C', project, '-c', 'user.name=bench', '-c', 'user.email=b@x', ...words]);
    try {
      git('init', '--quiet', '--initial-branch=main');
      git('add', '.');
      git('commit', '--quiet', '--message=all');
      git('checkout', '--quiet', '-b', 'other');
      const changed = bench.corpus.documents.slice(0, differing);
      for (const document of changed) writeFileSync(join(project, document.path), edited(document, 1));
      git('commit', '--quiet', '--all', '--message=changed');
    } catch (error) {
      if (error.code === 'ENOENT') return [];
      throw error;
    }
    rows.push(await checkouts(bench, { project, git, differing }));
  }
  return rows;
}

async function checkouts(bench, { project, git, differing }) {
  return whileServed(project, bench, 1, async (_, servers) => {
    const samples = [];
    const cpuMs = [];
    const readBytes = [];
    for (let turn = 0; turn < bench.sizes.checkouts; turn += 1) {
      const { generation } = await servers[0].call('index_status');
      const [cpuBefore, readBefore] = [cpuOf(servers), bytesReadBy(servers[0])];
      const startedMs = performance.now();
      git('checkout', '--quiet', turn % 2 === 0 ? 'main' : 'other');
      await untilNewer(servers[0], generation);
      samples.push(performance.now() - startedMs);
      cpuMs.push(cpuOf(servers) - cpuBefore);
      readBytes.push(bytesReadBy(servers[0]) - readBefore);
    }
    return {
      what: `git checkout of a branch with ${differing} other documents`,
      unit: 'ms',
      p50: median(samples),
      note: `until all are found; ${median(cpuMs)} ms of CPU, ${(median(readBytes) / 1e6).toFixed(1)} MB read`,
      samples,
    };
  });
}

async function untilNewer(server, generation) {
  for (;;) {
    const status = await untilCurrent(server);
    if (status.generation > generation) return;
    await sleep(10);
  }
}

/** Servers on a project of their own, all of them current and quiet; the project is removed afterwards. */
async function whileServed(project, bench, count, action) {
  const servers = await Promise.all(Array.from({ length: count }, () => startServer(project)));
  try {
    await Promise.all(servers.map(untilCurrent));
    await sleep(PAUSE_MS);
    return await action(project, servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    bench.remove(project);
  }
}

async function newestGeneration(project) {
  const opening = SnapshotStore.open(join(project, '.snapdex'), { readOnly: true });
  return whileOpen(opening, async (store) => (await store.snapshot()).generation);
}

function cpuOf(servers) {
  return servers.reduce((sum, { pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + TICK_MS * (Number(fields[11]) + Number(fields[12]));
  }, 0);
}

function bytesReadBy({ pid }) {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}
