/** Real servers on a project of their own, and what they have used. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, untilCurrent } from '../servers.mjs';

/** What `/proc/PID/stat` counts in. */
const TICK_MS = 10;
/** What a server does after it is current (a follower catching up, a merge) takes less. */
export const QUIET_MS = 2_000;

/**
 * Gives `action` so many servers on a project, all of them current and quiet; the project is removed afterwards.
 * @param environment variables that the servers get besides
 */
export async function whileServed(bench, { project, count, environment }, action) {
  const servers = await Promise.all(Array.from({ length: count }, () => startServer(project, environment)));
  try {
    await Promise.all(servers.map(untilCurrent));
    await sleep(QUIET_MS);
    return await action(servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    bench.remove(project);
  }
}

/** Processor time of all of them since they were started, in milliseconds. Only Linux tells. */
export function cpuOf(servers) {
  return servers.reduce((sum, { pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + TICK_MS * (Number(fields[11]) + Number(fields[12]));
  }, 0);
}

/** Bytes that a server has read since it was started, from the disk or from memory. Only Linux tells. */
export function bytesReadBy({ pid }) {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}
