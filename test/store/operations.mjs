// `npm run operations -- [--count N --seed N --storage WORD]`: so many operations beside the plain model.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const values = readCommandLine();
if (values.help) {
  process.stdout.write(`Does operations beside a plain model, and requires the same of both after each.

  npm run operations -- [options]

  --count N       at least so many on each storage (default 1000000)
  --seed N        repeats a run (default: a new one, which is printed)
  --storage WORD  memory, local or 'object storage' (default: all, one after the other)
  --help

TMPDIR says where the local stores are; each operation of a durable store waits for that disk.
`);
  process.exit(0);
}
const project = fileURLToPath(new URL('../..', import.meta.url));
const suite = ['test/store/commands.model.test.ts', ...(values.storage ? ['-t', `(${values.storage})`] : [])];
const { status } = spawnSync(process.execPath, [`${project}/node_modules/vitest/vitest.mjs`, 'run', ...suite], {
  cwd: project,
  stdio: 'inherit',
  env: {
    ...process.env,
    SNAPDEX_OPERATIONS: values.count,
    ...(values.seed ? { SNAPDEX_SEED: values.seed } : {}),
  },
});
process.exitCode = status ?? 1;

/** What is wrong is told in one line, and ends with 2. */
function readCommandLine() {
  try {
    const { values: given } = parseArgs({
      options: {
        count: { type: 'string', default: '1000000' },
        seed: { type: 'string' },
        storage: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (!/^[1-9]\d*$/.test(given.count)) throw new RangeError(`--count ${given.count}: expected a whole number`);
    if (!/^\d+$/.test(given.seed ?? '0')) throw new RangeError(`--seed ${given.seed}: expected a whole number`);
    if (![undefined, 'memory', 'local', 'object storage'].includes(given.storage))
      throw new RangeError(`--storage ${given.storage}: expected one of memory, local, object storage`);
    return given;
  } catch (error) {
    process.stderr.write(`${error.message.split(/\n|(?<=\.) /u, 1)[0]} (--help lists the options)\n`);
    process.exit(2);
  }
}
