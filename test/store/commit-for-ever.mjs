// A thread that opens a store, pins its first generation, and stays in the middle of a commit until it is ended.
import { parentPort, workerData } from 'node:worker_threads';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { LocalStorage } from '../../dist/store/local/local-storage.js';

const storage = new LocalStorage(workerData, processEnvironment);
storage.claim = () => {
  parentPort.postMessage('claiming');
  return new Promise(() => setInterval(() => {}, 1_000));
};
const store = await SnapshotStore.openOn(storage, { collectAutomatically: false });
await store.openGeneration(1);
await store.tryLease('work');
await store.update((draft) => draft.write('late', Buffer.from('never')));
