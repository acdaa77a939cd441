// `npm run torture -- --help` says what it does.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkSynthetic } from './check-synthetic.js';
import { tableOf } from './figures.js';
import { runTorture } from './run-torture.js';

const HELP = `Tortures one store with many processes, and decides whether it has held.

  npm run torture -- [options]

  --seconds N            how long (default 600)
  --processes N          how many at a time (default 32)
  --seed N               for the choices that are made; times repeat only nearly (default: a new one)
  --durability WORD      durable, deferred or mixed (default mixed)
  --folder PATH          an empty folder for the store and the logs (default: a temporary one)
  --keep-logs            leave the logs and the store where they are; without it only where a rule was broken
  --check-synthetic N    no torture: write logs of N commits, and measure how long they take to check
  --help
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    processes: { type: 'string', default: '32' },
    seed: { type: 'string' },
    durability: { type: 'string', default: 'mixed' },
    folder: { type: 'string' },
    'keep-logs': { type: 'boolean', default: false },
    'check-synthetic': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const seconds = z.coerce.number().positive().parse(values.seconds);
const processes = z.coerce.number().int().min(8).parse(values.processes);
const seed = z.coerce
  .number()
  .int()
  .parse(values.seed ?? Date.now() % 2 ** 31);
const durability = z.enum(['durable', 'deferred', 'mixed']).parse(values.durability);
const folder = values.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'snapdex-torture-'));

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
if (values.help) process.stdout.write(HELP);
else if (values['check-synthetic'] !== undefined) {
  const commits = z.coerce.number().int().positive().parse(values['check-synthetic']);
  await finish(checkSynthetic({ commits, seed, folder }));
} else {
  console.error(`seed ${seed}, ${processes} processes, ${seconds} s, ${durability}, in ${folder}`);
  await finish(await runTorture({ seconds, processes, seed, durability, folder, onProgress: showProgress }));
}

async function finish(result: Parameters<typeof tableOf>[0]): Promise<void> {
  process.stdout.write(`\n${tableOf(result)}`);
  const { violations, violationCount } = result.verdict;
  for (const { rule, generation, message } of violations)
    process.stdout.write(`${rule} generation ${generation}: ${message}\n`);
  const isBroken = violationCount > 0;
  process.stdout.write(isBroken ? `${violationCount} violations; seed ${seed}, logs in ${folder}\n` : 'no violation\n');
  if (!isBroken && !values['keep-logs']) fs.rmSync(folder, { recursive: true });
  process.exitCode = isBroken ? 1 : 0;
}

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else console.error(line);
}
