import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cleanEnvironment } from '../project.mjs';
import { startServer, untilCurrent } from '../servers.mjs';

/** Several of them show what an instance more costs. */
const INSTANCES = 4;

/** Proportional memory of real servers after some queries each: what they share is counted once in all. */
export async function measureMemory(bench) {
  // Only Linux tells.
  if (!existsSync('/proc/self/smaps_rollup')) return [];
  const { root } = await bench.preparedProject();
  const floor = await memoryOfIdleProcess();
  const one = await memoryOfServers(bench, root, 1);
  const four = await memoryOfServers(bench, root, INSTANCES);
  const built = await memoryOfBuilder(bench);
  const row = (what, samples, note, base = floor) => {
    const sum = samples.reduce((total, megabytes) => total + megabytes, 0);
    return { what, unit: 'MB', p50: sum, floor: base, ratio: sum / base, note, samples };
  };
  return [
    row('memory of one instance (PSS)', one, 'after 50 queries; floor: a process of Node that does nothing'),
    {
      ...row(`memory of ${INSTANCES} instances (PSS)`, four, 'together; floor: one instance', one[0]),
      must: { most: 2.2 },
    },
    row('memory of one that has built the index', built, 'floor: one that found it built', one[0]),
  ];
}

async function memoryOfServers(bench, root, count) {
  const servers = await Promise.all(Array.from({ length: count }, () => startServer(root)));
  try {
    await Promise.all(servers.map(untilCurrent));
    for (const server of servers) {
      for (const query of bench.queries.slice(0, bench.sizes.queriesBeforeMemory))
        await server.call('query_documents', { query });
    }
    return servers.map(({ pid }) => readPssMegabytes(pid));
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

async function memoryOfBuilder(bench) {
  const root = bench.newProject();
  try {
    return await memoryOfServers(bench, root, 1);
  } finally {
    bench.remove(root);
  }
}

async function memoryOfIdleProcess() {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const megabytes = readPssMegabytes(child.pid);
  child.kill();
  return megabytes;
}

function readPssMegabytes(pid) {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
