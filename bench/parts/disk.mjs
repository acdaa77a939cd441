import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SnapshotStore } from '../../dist/store/index.js';
import { edited, measureFolder } from '../corpus.mjs';
import { median, timed } from '../measuring.mjs';
import { openProject } from '../project.mjs';
import { whileOpen } from '../while-open.mjs';

/** Two looks this far apart that find the same say that nothing more happens; what is too young to go goes sooner. */
const SETTLED_MS = 15_000;

/** Disk after many one-document persists with the default retention, beside one fresh generation of the same files. */
export async function measureDisk(bench) {
  const root = bench.newProject();
  const indexPath = bench.newFolder();
  const persistMs = [];
  await whileOpen(openProject({ root, indexPath, mode: 'once' }), async (index) => {
    await index.indexNow();
    for (let turn = 0; turn < bench.sizes.diskPersists; turn += 1) {
      const document = bench.corpus.documents[turn % bench.corpus.documents.length];
      writeFileSync(join(root, document.path), edited(document, turn));
      persistMs.push(await timed(() => index.indexNow()));
    }
    await untilSettled(indexPath);
  });
  const after = measureFolder(indexPath).diskBytes / 1e6;
  const fresh = await measureFresh(bench, root);
  const generations = await countGenerations(indexPath);
  for (const path of [root, indexPath]) bench.remove(path);
  const count = bench.sizes.diskPersists;
  const note = `${generations} generations; compare, persist and merge took ${median(persistMs).toFixed(0)} ms each; floor: one fresh generation`;
  const what = `disk after ${count.toLocaleString('en-US')} persists`;
  const ratio = after / fresh;
  return [{ what, unit: 'MB', p50: after, floor: fresh, ratio, must: { most: 1.3 }, note, samples: persistMs }];
}

async function measureFresh(bench, root) {
  const indexPath = bench.newFolder();
  await whileOpen(openProject({ root, indexPath, mode: 'once' }), (index) => index.indexNow());
  await whileOpen(SnapshotStore.open(indexPath), (store) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }));
  const { diskBytes } = measureFolder(indexPath);
  bench.remove(indexPath);
  return diskBytes / 1e6;
}

async function untilSettled(folder) {
  for (let before = -1; ; ) {
    const { diskBytes } = measureFolder(folder);
    if (diskBytes === before) return;
    before = diskBytes;
    await sleep(SETTLED_MS);
  }
}

async function countGenerations(indexPath) {
  const history = await whileOpen(SnapshotStore.open(indexPath, { readOnly: true }), (store) => store.history());
  return history.generations.length;
}
