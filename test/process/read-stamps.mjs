// One of many readers: takes snapshots until the stop file appears and compares the stamps that one generation carries.
import fs from 'node:fs';
import { isStoreError, SnapshotStore } from '../../dist/store/index.js';

const [directory, stopFile] = process.argv.slice(2);
const store = await SnapshotStore.open(directory, { readOnly: true });
const summary = { reads: 0, mixed: 0, backwards: 0, errors: [], expired: 0 };
let last = 0;
while (!fs.existsSync(stopFile)) {
  try {
    const snapshot = await store.snapshot();
    if (snapshot.generation < last) summary.backwards += 1;
    last = snapshot.generation;
    if (snapshot.damage.length > 0) summary.errors.push(String(snapshot.damage[0]));
    const stamps = [];
    for (const name of snapshot.files.keys()) {
      if (name.startsWith('stamp-') || name === 'total') stamps.push(Buffer.from(await snapshot.read(name)).toString());
    }
    if (new Set(stamps).size > 1) summary.mixed += 1;
    summary.reads += 1;
  } catch (error) {
    // Whoever sleeps through the whole retention between two calls starts over; anything else is an error.
    if (isStoreError(error, 'GENERATION_EXPIRED')) summary.expired += 1;
    else summary.errors.push(String(error));
  }
  await new Promise((resolve) => setImmediate(resolve));
}
await store.close();
process.stdout.write(`${JSON.stringify(summary)}\n`);
