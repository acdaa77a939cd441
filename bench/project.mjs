/** Indexes as the product opens them, and the processes that do. */
import { execFile, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ProjectIndex } from '../dist/search/index.js';
import { SETTINGS } from '../dist/server/configuration/index.js';

const run = promisify(execFile);

/** The built command. */
export const SNAPDEX = fileURLToPath(new URL('../dist/bundle/snapdex.js', import.meta.url));

/**
 * This process's environment without what would change the measurement: our own settings, and certificates, which Node
 * reads at every start.
 */
export function cleanEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SNAPDEX_') && name !== 'NODE_EXTRA_CA_CERTS' && name !== 'NODE_OPTIONS',
  );
  return Object.fromEntries(entries);
}

/** A project's index with the product's defaults. */
export function openProject({ root, indexPath, mode }) {
  const defaults = Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.fallback]));
  return ProjectIndex.open({ ...defaults, root, indexPath, mode, client: 'bench' });
}

/** Runs the command line to its end; answers what it printed. */
export async function snapdex(...words) {
  const { stdout } = await run(process.execPath, [SNAPDEX, ...words], { env: cleanEnvironment(), cwd: '/' });
  return stdout;
}

/** One of `processes/` that talks by messages: `ask` sends one and gives the next answer. */
export function startProcess(name, ...words) {
  return startScript(new URL(`processes/${name}.mjs`, import.meta.url), words);
}

/** Any script that talks by messages, as `startProcess`; `pid` tells which process it is. */
export function startScript(script, words) {
  const child = fork(fileURLToPath(script), words, { env: cleanEnvironment(), serialization: 'advanced' });
  const answers = [];
  const waiting = [];
  child.on('message', (message) => {
    const next = waiting.shift();
    if (next === undefined) answers.push(message);
    else next.resolve(message);
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting) reject(new Error(`${script.pathname} ended with ${code ?? signal}`));
  });
  const answer = () =>
    answers.length > 0
      ? Promise.resolve(answers.shift())
      : new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  return {
    pid: child.pid,
    answer,
    ask: (message) => {
      child.send(message);
      return answer();
    },
    end: () => {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.connected) child.disconnect();
      return ended;
    },
  };
}
