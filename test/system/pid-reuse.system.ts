import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { programPath } from './counters.js';
import { IN_OWN_PIDS } from './elsewhere.js';
import { execute, requireMachine } from './machine.js';
import { expectKept } from './referee.js';

test('a dead holder whose pid another process has by now is not taken for alive', async (context) => {
  requireMachine(context, { mounts: true, commands: ['unshare'], files: ['/proc/sys/kernel/ns_last_pid'] });
  const folder = makeTemporaryFolder();
  const directory = path.join(folder, 'store');
  const [command = '', ...parameters] = [...IN_OWN_PIDS, process.execPath, programPath('reuse-pid.mjs'), directory];
  expect(JSON.parse(execute(command, ...parameters))).toEqual({
    before: { lease: false, instances: 2 },
    isSamePid: true,
    after: { lease: true, instances: 1 },
    pins: [],
  });
  await expectKept(directory, []);
  fs.rmSync(folder, { recursive: true });
});
