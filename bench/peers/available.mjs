/** Which engines are here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../project.mjs';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const OWN = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const VERSION = fileURLToPath(new URL('version-process.mjs', import.meta.url));

/**
 * Installs what the benchmarks depend on, unless it is there. Not with `npm ci`, which refuses a lockfile without those
 * parts of LanceDB that registries do not have for other platforms; and only what must be is built here.
 */
export function installPeers() {
  if (existsSync(new URL('../node_modules', import.meta.url))) return;
  console.error('installing the peers, which takes some minutes …');
  npm('install', '--no-save', '--ignore-scripts');
  npm('rebuild', `better-sqlite3@${OWN.devDependencies['better-sqlite3']}`);
}

function npm(...words) {
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--prefix', BENCH];
  execFileSync('npm', [...words, ...quietly], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The versions of those that work here, by name; of the others it is said why they are left out. */
export function findVersions(names) {
  return answersOf(VERSION, names);
}

/** What a script prints for each name, where it succeeds; of the others it is said why they are left out. */
export function answersOf(script, names) {
  const answers = {};
  for (const name of names) {
    // In a process of its own, since what does not fit may crash.
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, name], {
      env: cleanEnvironment(),
      encoding: 'utf8',
    });
    if (status === 0) answers[name] = stdout;
    else console.error(`${name} is left out: ${reasonIn(stderr) ?? signal ?? `it ended with ${status}`}`);
  }
  return answers;
}

function reasonIn(stderr) {
  return /^\w*Error.*$/m.exec(stderr)?.[0];
}
