// open-fresh.mjs FOLDER NAME PROCESSES ROUNDS: opens a store that is not there yet, as soon as all others are about to.
import fs from 'node:fs';
import path from 'node:path';
import { SnapshotStore } from '../../dist/store/index.js';

const [folder, name, processes, rounds] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round++) {
  const meeting = path.join(folder, `meeting-${round}`);
  fs.mkdirSync(meeting, { recursive: true });
  fs.writeFileSync(path.join(meeting, name), '');
  while (fs.readdirSync(meeting).length < Number(processes)) await new Promise((resolve) => setTimeout(resolve, 1));
  const store = await SnapshotStore.open(path.join(folder, `store-${round}`), { durability: 'deferred' });
  await store.update((draft) => draft.write(name, Buffer.from(name)));
  await store.close();
}
