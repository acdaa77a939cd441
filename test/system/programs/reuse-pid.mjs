// Process 1 of a pid namespace. A process that has a lease and a pin is killed, and its pid given to another one; says
// what the store then makes of the dead one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SnapshotStore } from '../../../dist/store/index.js';

const [directory] = process.argv.slice(2);

/** Starts a process that has exactly this pid, which must be free; threads of our own may take it first. */
async function startAs(pid) {
  for (;;) {
    fs.writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const other = spawn('sleep', ['1000']);
    if (other.pid === pid) return other;
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
}

const holder = spawn(process.execPath, [fileURLToPath(new URL('hold-on.mjs', import.meta.url)), directory], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(holder.stdout, 'data');
const store = await SnapshotStore.open(directory, { collectAutomatically: false });
const before = { lease: (await store.tryLease('work')) !== undefined, instances: (await store.instances()).length };
holder.kill('SIGKILL');
await once(holder, 'exit');
const other = await startAs(holder.pid);
// A holder that was seen alive is believed so for a moment.
await pause(100);
const after = { lease: (await store.tryLease('work')) !== undefined, instances: (await store.instances()).length };
await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
const pins = fs.readdirSync(`${directory}/pins`);
process.stdout.write(JSON.stringify({ before, isSamePid: other.pid === holder.pid, after, pins }));
await store.close();
other.kill('SIGKILL');
