// What another thread does to a store while the thread that asks stands still: it waits on `control` until this has answered.
import { parentPort, workerData } from 'node:worker_threads';
import { SnapshotStore } from '../../dist/store/index.js';

const { control, answers } = workerData;
const PATIENCE_MS = 50;

const ACTIONS = {
  update: (store) =>
    store.update((draft) => {
      draft.write('theirs', Buffer.from('done'));
      draft.write('left', Buffer.from('theirs'));
      draft.write('right', Buffer.from('theirs'));
    }),
  rollback: (store) => store.rollback(1),
  collect: (store) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }),
  tag: (store) => store.tag('theirs'),
  verify: (store) => store.verify(),
};

parentPort.on('message', async ({ directory, action, coordinationMode }) => {
  answers.postMessage(await outcomeOf(directory, action, coordinationMode));
  Atomics.store(control, 0, 1);
  Atomics.notify(control, 0);
});

async function outcomeOf(directory, action, coordinationMode) {
  try {
    const options = { coordinationMode, lockTimeoutMs: PATIENCE_MS, durability: 'deferred' };
    const store = await SnapshotStore.open(directory, options);
    try {
      await ACTIONS[action](store);
    } finally {
      await store.close();
    }
    return 'done';
  } catch (error) {
    return error.code ?? String(error);
  }
}
