// One of many writers: adds 1 to a shared counter and to its own slot, again and again, and says what was acknowledged.
import fs from 'node:fs';
import { SnapshotStore } from '../../dist/store/index.js';

const [directory, coordinationMode, durability, slot, count, log] = process.argv.slice(2);
const read = async (base, name) => (base.files.has(name) ? Number(Buffer.from(await base.read(name))) : 0);
const bytes = (number) => Buffer.from(String(number));

const store = await SnapshotStore.open(directory, { coordinationMode, durability, lockTimeoutMs: 60_000 });
const summary = { slot, commits: 0, rebases: 0, longestMs: 0, startedMs: Date.now(), endedMs: 0 };
const waits = [];
for (let done = 0; done < Number(count); done++) {
  const startedMs = performance.now();
  let value = 0;
  const { rebases } = await store.update(async (draft, base) => {
    value = (await read(base, `slot-${slot}`)) + 1;
    const total = (await read(base, 'total')) + 1;
    draft.write(`slot-${slot}`, bytes(value));
    draft.write('total', bytes(total));
    // The stamps of one generation are equal, so a reader of a mixture finds out.
    for (const name of ['stamp-a', 'stamp-b', 'stamp-c']) draft.write(name, bytes(total));
  });
  const waitMs = performance.now() - startedMs;
  waits.push(waitMs);
  if (log !== undefined) fs.appendFileSync(log, `${value} ${Math.round(waitMs)}\n`);
  summary.commits += 1;
  summary.rebases += rebases;
  summary.longestMs = Math.max(summary.longestMs, waitMs);
}
summary.endedMs = Date.now();
const { user, system } = process.cpuUsage();
summary.cpuMs = (user + system) / 1000;
await store.close();
waits.sort((a, b) => a - b);
process.stdout.write(
  `${JSON.stringify({ ...summary, medianMs: waits[waits.length >> 1], p99Ms: waits[Math.floor(waits.length * 0.99)] })}\n`,
);
