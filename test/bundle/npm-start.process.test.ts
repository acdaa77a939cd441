import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cleanEnvironment, temporaryProject } from '../cli/temporary-project.js';

it.skipIf(process.platform === 'win32')('what npm start serves ends with the shell that npm runs it in', async () => {
  await using project = await temporaryProject();
  // `true` keeps any shell from becoming the server.
  const script = `node build/start.mjs --root '${project.root}' --port 0 --json; true`;
  const shell = spawn('/bin/sh', ['-c', script], { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const [listening] = await once(shell.stdout, 'data');
  const { url } = JSON.parse(String(listening));
  const health = (): Promise<Response> => fetch(new URL('/health', url));
  expect((await health()).status).toBe(200);
  shell.kill('SIGTERM');
  // Its output ends when the last process that has it does.
  await once(shell.stdout, 'close');
  await expect(health()).rejects.toThrow();
});
