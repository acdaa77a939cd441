/**
 * `npm run api-reference`: writes the API reference of all four entries to `api-reference/`, made from the docstrings.
 * Ends with 1 if something that is exported has none, or refers to what the reference does not hold.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' });
}
const typedoc = join(HERE, 'node_modules/typedoc/bin/typedoc');
const { status } = spawnSync(process.execPath, [typedoc, ...process.argv.slice(2)], { cwd: HERE, stdio: 'inherit' });
process.exitCode = status === 0 ? 0 : 1;
