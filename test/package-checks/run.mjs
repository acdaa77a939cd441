/**
 * `npm run package-checks`: packs the package as it would be published, weighs it and what is installed with it, and has
 * publint and attw look whether its entries and types are found by whoever imports them. Ends with 1 if anything is wrong.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExcess } from './limits.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');

if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' });
}
const folder = mkdtempSync(join(tmpdir(), 'snapdex-package-'));
try {
  // It is built already.
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: ROOT });
  const [archive] = readdirSync(folder).map((name) => join(folder, name));
  const excess = findExcess(archive, folder);
  for (const line of excess) console.error(line);
  const isPassed = [
    excess.length === 0,
    check('publint', ['run', archive, '--strict']),
    // Modules only: `require` of them needs no types of its own, in the versions of Node that the package asks for.
    check('attw', [archive, '--profile', 'esm-only', '--no-emoji']),
  ];
  process.exitCode = isPassed.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(program, parameters) {
  return spawnSync(join(HERE, 'node_modules/.bin', program), parameters, { stdio: 'inherit' }).status === 0;
}
