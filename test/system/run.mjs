// Runs the suites of this folder in a mount namespace of their own: however they end, nothing stays mounted.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const unshare = ['unshare', '--mount', '--propagation', 'private'];
const hasOwnMounts = process.platform === 'linux' && spawnSync(unshare[0], [...unshare.slice(1), 'true']).status === 0;
const vitest = [process.execPath, `${project}/node_modules/vitest/vitest.mjs`, 'run', '--root', project];
const config = `${project}/vitest.system.config.ts`;

const [command, ...parameters] = [...(hasOwnMounts ? unshare : []), ...vitest, '--config', config];
const { status } = spawnSync(command, [...parameters, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SNAPDEX_OWN_MOUNTS: hasOwnMounts ? '1' : '' },
});
process.exitCode = status ?? 1;
