import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The processes of a torture are programs of their own, so they are compiled as the store is. */
export function compileTorture(): void {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', path.join(project, 'test/torture')]);
  if (status !== 0) throw new Error(String(stdout));
}
