import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** Pulls from the store at `from` into the one at `to`, in a process that is killed when so many files have come. */
export async function pullAndDie(from: string, to: string, files: number): Promise<void> {
  const script = fileURLToPath(new URL('pull-until.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, from, to, String(files)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}
