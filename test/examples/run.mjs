/** `npm run examples`: installs what the examples need and are held against, and runs the tests that need it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const EXAMPLES = ['memory-server', 'snapshot-any-index'].map((name) => join(ROOT, 'examples', name));

for (const example of EXAMPLES) {
  if (existsSync(join(example, 'node_modules'))) continue;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: example, stdio: 'inherit' });
}
execFileSync('npx', ['vitest', 'run', '-c', 'vitest.examples.config.ts'], { cwd: ROOT, stdio: 'inherit' });
