// Runs inside a mount namespace of its own, on a small file system that is full to the last block.
import fs from 'node:fs';
import { SnapshotStore } from '../../dist/store/index.js';

const [mountPoint] = process.argv.slice(2);
const directory = `${mountPoint}/store`;
const before = await SnapshotStore.open(directory, { collectAutomatically: false });
for (let byte = 1; byte <= 3; byte++) await before.update((draft) => draft.write('a', Buffer.alloc(100_000, byte)));
await before.tag('first', 1);
await before.close();
fillUp(`${mountPoint}/ballast`);

const warnings = [];
const options = { collectAutomatically: false, onWarning: (message) => warnings.push(message) };
const store = await SnapshotStore.open(directory, options);
const old = await store.openGeneration(2);
const read = (await old.read('a'))[0];
await old.close();
const refusal = await store.update((draft) => draft.write('a', Buffer.alloc(9_000))).catch((error) => error.code);
await store.collect({ dryRun: true });
// Not even the end of a tag makes room: its block goes to the ballast.
await store.untag('first');
fillUp(`${mountPoint}/more`);
const { retired } = await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
const current = fs.readFileSync(`${directory}/CURRENT`, 'utf8').trim();
const { generation } = await store.update((draft) => draft.write('a', Buffer.alloc(9_000)));
const { problems } = await store.verify();
await store.close();
process.stdout.write(JSON.stringify({ read, refusal, retired, current, generation, problems, warnings }));

function fillUp(file) {
  const ballast = fs.openSync(file, 'w');
  try {
    for (;;) fs.writeSync(ballast, Buffer.alloc(4096, 1));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  } finally {
    fs.closeSync(ballast);
  }
}
