import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { cleanEnvironment, exitOf, SNAPDEX } from '../cli/temporary-project.js';
import { randomNumbers, seedOfThisRun } from '../search/documents/random-numbers.js';
import { expectVerified, until } from './agreement.js';
import { OWN_DOCUMENTS, projectFrom } from './corpus-project.js';
import { sized } from './test-size.js';

const seed = seedOfThisRun();
const SERVERS = 3;

/** As every client sends it first. */
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'dying', version: '1' } },
});

/**
 * Starts servers as a client does, tells their ids, and `up` when one has answered. The input of the second is this
 * process's own, which is not closed by its death: such a server sees nothing but that its parent is gone.
 */
const CLIENT = `
  const { spawn } = require('node:child_process');
  const [program, root, count, initialize] = process.argv.slice(1);
  for (let place = 0; place < Number(count); place++) {
    const stdio = [place === 1 ? 'inherit' : 'pipe', 'pipe', 'ignore'];
    const server = spawn(process.execPath, [program, 'serve', '--root', root], { stdio });
    console.log(server.pid);
    server.stdin?.write(initialize + '\\n');
    server.stdout.once('data', () => console.log('up'));
  }
`;

it(`no server outlives the client that started it, however that was killed (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  await using project = await projectFrom(OWN_DOCUMENTS);
  const random = randomNumbers(seed);
  for (let round = 0; round < sized({ quick: 5, full: 50 }); round++) {
    const { client, pids } = await startClient(project.root);
    await new Promise((resolve) => setTimeout(resolve, random(400)));
    client.kill('SIGKILL');
    await exitOf(client);
    await until(
      async () => !pids.some(isAlive),
      async () => `still alive: ${pids.filter(isAlive).join(', ')}`,
    );
    // Only now: until here the second server's input was open.
    client.stdin?.destroy();
  }
  await expectVerified(project.root, project.indexPath);
});

/** Resolves when all servers have answered. */
async function startClient(root: string): Promise<{ readonly client: ChildProcess; readonly pids: readonly number[] }> {
  const words = ['-e', CLIENT, SNAPDEX, root, String(SERVERS), INITIALIZE];
  const client = spawn(process.execPath, words, { env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
  client.stdin.write(`${INITIALIZE}\n`);
  const pids: number[] = [];
  let up = 0;
  for await (const line of createInterface({ input: client.stdout })) {
    if (line === 'up') up += 1;
    else pids.push(Number(line));
    if (up === SERVERS) break;
  }
  expect(pids).toHaveLength(SERVERS);
  return { client, pids };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
