// `npm run torture -- --help` says what it does.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readCommandLine } from '../command-line.js';
import { checkSynthetic } from './check-synthetic.js';
import { paceOf, tableOf } from './figures.js';
import { runTorture } from './run-torture.js';

const HELP = `Tortures one store with many processes, and decides whether it has held.

  npm run torture -- [options]

  --seconds N            how long (default 600)
  --processes N          how many at a time, at least 8 (default 32)
  --seed N               for the choices that are made; times repeat only nearly (default: a new one)
  --durability WORD      durable, deferred or mixed (default mixed)
  --folder PATH          an empty folder for the store and the logs, which stays (default: a temporary one)
  --keep-logs            leave the logs and the store where they are; without it only where a rule was broken
  --check-synthetic N    no torture: write logs of N commits, and measure how long they take to check
  --help
`;

const { values, seconds, processes, seed, durability, commits } = readCommandLine(() => {
  const { values: given } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      processes: { type: 'string', default: '32' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      durability: { type: 'string', default: 'mixed' },
      folder: { type: 'string' },
      'keep-logs': { type: 'boolean', default: false },
      'check-synthetic': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (given.folder !== undefined) requireEmptyFolder(given.folder);
  const synthetic = given['check-synthetic'];
  return {
    values: given,
    seconds: numberFrom('--seconds', given.seconds, { least: 1, isWhole: false }),
    processes: numberFrom('--processes', given.processes, { least: 8 }),
    seed: numberFrom('--seed', given.seed, { least: 0 }),
    durability: oneOf('--durability', given.durability, ['durable', 'deferred', 'mixed']),
    commits: synthetic === undefined ? undefined : numberFrom('--check-synthetic', synthetic, { least: 1 }),
  };
});

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
if (values.help) process.stdout.write(HELP);
else {
  const folder = values.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'snapdex-torture-'));
  await run(folder);
}

async function run(folder: string): Promise<void> {
  if (commits !== undefined) {
    const checked = checkSynthetic({ commits, seed, folder });
    await finish(checked, folder);
    process.stdout.write(paceOf(checked));
    return;
  }
  console.error(`seed ${seed}, ${processes} processes, ${seconds} s, ${durability}, in ${folder}`);
  await finish(await runTorture({ seconds, processes, seed, durability, folder, onProgress: showProgress }), folder);
}

/** @throws RangeError for a folder that is missing, or that holds what is not the torture's to delete */
function requireEmptyFolder(folder: string): void {
  const status = fs.statSync(folder, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true || fs.readdirSync(folder).length > 0)
    throw new RangeError(`--folder ${folder}: expected an empty folder`);
}

async function finish(result: Parameters<typeof tableOf>[0], folder: string): Promise<void> {
  process.stdout.write(`\n${tableOf(result)}`);
  const { violations, violationCount } = result.verdict;
  for (const { rule, generation, message } of violations)
    process.stdout.write(`${rule} generation ${generation}: ${message}\n`);
  const isBroken = violationCount > 0;
  process.stdout.write(isBroken ? `${violationCount} violations; seed ${seed}, logs in ${folder}\n` : 'no violation\n');
  if (!isBroken && !values['keep-logs']) removeWhatWasMade(folder);
  process.exitCode = isBroken ? 1 : 0;
}

/** All that lies in an own folder of whoever called, and a temporary one altogether. */
function removeWhatWasMade(folder: string): void {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { recursive: true });
  if (values.folder === undefined) fs.rmdirSync(folder);
}

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else console.error(line);
}
