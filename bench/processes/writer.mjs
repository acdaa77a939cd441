// One of the writers of parts/writers.mjs: FOLDER DURABILITY MODE, where MODE `raw` writes plain files.
import { join } from 'node:path';
import { SnapshotStore } from '../../dist/store/index.js';
import { writeRaw } from '../floors.mjs';

const FILE_BYTES = 20 * 1024;
const [folder, durability, coordinationMode] = process.argv.slice(2);

process.once('message', async ({ startMs, endMs }) => {
  await new Promise((resolve) => setTimeout(resolve, startMs - Date.now()));
  let count = 0;
  while (Date.now() < endMs) {
    await write(count);
    count += 1;
  }
  await store?.close();
  process.send(count);
});

const store =
  coordinationMode === 'raw' ? undefined : await SnapshotStore.open(folder, { durability, coordinationMode });
process.send('ready');

async function write(count) {
  if (store === undefined) return writeRaw(join(folder, `${process.pid}-${count}`), content(count), durability);
  await store.update(async (draft, base) => {
    const before = base.files.has('counter') ? Buffer.from(await base.read('counter')).toString('latin1') : '0';
    draft.write('counter', content(Number.parseInt(before, 10) + 1));
  });
}

function content(number) {
  return Buffer.from(String(number).padEnd(FILE_BYTES));
}
