// Runs inside a mount namespace of its own, on a small file system that it fills up.
import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { SnapshotStore } from '../../dist/store/index.js';

const [mountPoint] = process.argv.slice(2);
const store = await SnapshotStore.open(`${mountPoint}/store`, { collectAutomatically: false });
await store.update((draft) => draft.write('a', Buffer.alloc(100_000, 1)));
fs.writeFileSync(`${mountPoint}/ballast`, Buffer.alloc(1_200_000));

const refusals = [];
for (let tries = 0; tries < 3; tries++) {
  try {
    await store.update((draft) => {
      draft.write('b', Buffer.alloc(400_000, 2));
      draft.write('c', Buffer.alloc(900_000, 3));
    });
  } catch (error) {
    refusals.push(error.code);
  }
}
const during = await store.snapshot();
const content = await during.read('a');
fs.rmSync(`${mountPoint}/ballast`);
const { generation } = await store.update((draft) => draft.write('b', Buffer.alloc(400_000, 2)));
await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
const { problems } = await store.verify();
// What the lock was kept in is gone by then.
await setTimeout(500);
const drafts = fs.readdirSync(`${mountPoint}/store/drafts`);
await store.close();
const answer = { refusals, during: during.generation, bytes: content.length, generation, problems, drafts };
process.stdout.write(JSON.stringify(answer));
