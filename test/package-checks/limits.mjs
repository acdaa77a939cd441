/** What the package may weigh, as it is packed and as it is installed; and that nothing runs when it is. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEGABYTE = 1_000_000;
/** All of them exclusive. */
const LIMITS = { packedBytes: 5 * MEGABYTE, installedBytes: 30 * MEGABYTE, packages: 40, installScripts: 1 };
const BLOCK_BYTES = 512;

/**
 * Installs the archive into an empty folder below `folder`, prints what it weighs, and says what is too much.
 *
 * @returns lines, one for each limit that is reached
 */
export function findExcess(archive, folder) {
  const figures = weigh(archive, join(folder, 'installed'));
  const { packedBytes, installedBytes, packages, installScripts } = figures;
  console.log(
    `package: ${megabytes(packedBytes)} packed, ${megabytes(installedBytes)} installed (${megabytes(figures.diskBytes)} in ` +
      `whole blocks of this disk) in ${packages.length} packages, itself included; ${installScripts.length} with install scripts`,
  );
  const reached = { packedBytes, installedBytes, packages: packages.length, installScripts: installScripts.length };
  return Object.entries(reached)
    .filter(([name, amount]) => amount >= LIMITS[name])
    .map(
      ([name, amount]) => `${name}: ${amount}, must be below ${LIMITS[name]} (${[figures[name]].flat().join(', ')})`,
    );
}

function weigh(archive, folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', archive], { cwd: folder, stdio: 'inherit' });
  const modules = join(folder, 'node_modules');
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages);
  return {
    packedBytes: statSync(archive).size,
    ...sizesBelow(modules),
    packages: packages.map(([place]) => place.replace(/^node_modules\//, '')),
    installScripts: packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => place),
  };
}

/** The files of a folder and below: their bytes, as registries count them, and what they take on this disk. */
function sizesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true }).map((name) => lstatSync(join(folder, name)));
  const files = entries.filter((entry) => entry.isFile());
  return {
    installedBytes: files.reduce((sum, { size }) => sum + size, 0),
    diskBytes: entries.reduce((sum, { blocks }) => sum + blocks * BLOCK_BYTES, 0),
  };
}

function megabytes(bytes) {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
