// Reads what the writers of parts/kept-writes.mjs write, from the first message to the second: FOLDER WAY.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WAYS } from './kept-state.mjs';

const [folder, way] = process.argv.slice(2);
const state = await WAYS[way](folder);
let isStopped = false;

process.once('message', async () => {
  process.once('message', () => {
    isStopped = true;
  });
  process.send('started');
  const startedMs = performance.now();
  let [reads, failed] = [0, 0];
  while (!isStopped) {
    await state.read().then(
      () => {
        reads += 1;
      },
      () => {
        failed += 1;
      },
    );
    // Who reads without waiting hears no message otherwise.
    await nextTurn();
  }
  const readsPerSecond = (reads * 1000) / (performance.now() - startedMs);
  await state.close();
  process.send({ readsPerSecond, failed });
});
process.send('ready');
