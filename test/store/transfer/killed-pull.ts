import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { PullProgress } from '../../../dist/store/index.js';

/** Pulls from the store at `from` into the one at `to`, in a process that is killed when it is so far. */
export async function pullAndDie(
  from: string,
  to: string,
  { phase, done }: Pick<PullProgress, 'phase' | 'done'>,
): Promise<void> {
  const script = fileURLToPath(new URL('pull-until.mjs', import.meta.url));
  const parameters = [script, from, to, phase, String(done)];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}
