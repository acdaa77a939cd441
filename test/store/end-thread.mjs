// A process with a second thread that tells who it is, and is ended as soon as its process is told to.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { processEnvironment } from '../../dist/store/index.js';

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url));
  thread.on('message', (identity) => console.log(JSON.stringify(identity)));
  process.stdin.once('data', async () => {
    await thread.terminate();
    console.log('ended');
  });
} else {
  parentPort.postMessage(processEnvironment.identity());
  setInterval(() => {}, 1_000);
}
