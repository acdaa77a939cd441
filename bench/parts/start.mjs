import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave, pairedRow } from '../measuring.mjs';
import { cleanEnvironment, SNAPDEX } from '../project.mjs';

const run = promisify(execFile);

const BARE_SERVER = fileURLToPath(new URL('../processes/bare-server.mjs', import.meta.url));
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
};

/** How long a client waits for a server, and a person for the small commands. */
export async function measureStart(bench) {
  const { root: prepared } = await bench.preparedProject();
  // Servers that are killed while they open it leave things for the next one to clear away.
  const root = bench.copyOf(prepared);
  const { coldStarts } = bench.sizes;
  const server = await interleave(coldStarts, () => ({
    work: () => untilInitialized(SNAPDEX, 'serve', '--root', root),
    floor: () => untilInitialized(BARE_SERVER),
  }));
  const rows = [
    pairedRow('server: start to `initialize` answered', server, 'floor: a server of the SDK without tools'),
  ];
  for (const words of [['--version'], ['--help'], ['status', '--root', root]]) {
    const pair = await interleave(coldStarts, () => ({
      work: () => runNode(SNAPDEX, ...words),
      floor: () => runNode('-e', '0'),
    }));
    rows.push(pairedRow(`\`snapdex ${words[0]}\``, pair, 'floor: a process of Node that does nothing'));
  }
  bench.remove(root);
  return rows;
}

async function untilInitialized(...words) {
  const server = spawn(process.execPath, words, { env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
  server.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(server.stdout, 'data');
  // Whatever it does next is not measured.
  server.kill('SIGKILL');
}

async function runNode(...words) {
  await run(process.execPath, words, { env: cleanEnvironment(), cwd: '/' });
}
