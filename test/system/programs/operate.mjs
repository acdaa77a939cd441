// Does one thing at a time to a store, as it is told on its standard input, and says what came of it as the target of a
// symbolic link: no system call of the store's kind, so that it gets through while those fail.
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { isStoreError, processEnvironment, SnapshotStore } from '../../../dist/store/index.js';

const bytes = (text) => Buffer.from(text);
const RUN = {
  'durable commit': change,
  'deferred commit': async (store, acknowledge) => {
    await change(store);
    acknowledge();
    await store.flush();
  },
  opening: async () => {},
  'first opening': async () => {},
  rollback: (store) => store.rollback(1),
  collecting: (store) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }),
  tagging: (store) => store.tag('release', 2),
};

async function change(store) {
  await store.update((draft) => {
    draft.write('a', bytes('4'));
    draft.write('dir/deep/c', bytes('4'));
  });
}

async function contentOf(store) {
  const snapshot = await store.snapshot();
  const content = {};
  for (const name of snapshot.files.keys()) content[name] = Buffer.from(await snapshot.read(name)).toString();
  return content;
}

/** Ids that are known before; a file system of its own, so that no store remembers what failed in the last one. */
function environmentOf(ids) {
  let made = 0;
  return {
    ...processEnvironment,
    fileSystem: { ...processEnvironment.fileSystem },
    uniqueId: () => `${ids}${String(made++).padStart(8, '0')}`,
  };
}

let store;
let task;
let environment;
const open = () => SnapshotStore.open(task.directory, { ...task.options, environment });

/** Does the operation; answers what a caller is told. */
async function act() {
  let isAcknowledged = false;
  const acknowledge = () => {
    isAcknowledged = true;
    if (task.isMortal) say('acknowledged', {});
  };
  try {
    store ??= await open();
    await RUN[task.operation](store, acknowledge);
    if (!isAcknowledged) acknowledge();
    if (task.isMortal) await store.close();
    return { isAcknowledged };
  } catch (error) {
    if (!isStoreError(error)) return { isAcknowledged, error: String(error) };
    return { isAcknowledged, code: error.code, hasRemedy: error.remedy !== '' };
  }
}

/** The same store, once the fault is gone. */
async function again() {
  const wasOpen = store !== undefined;
  store ??= await open();
  const content = await contentOf(store);
  const { readOnlyReason } = store.describe();
  if (readOnlyReason !== undefined) return { content, wasOpen, readOnlyReason };
  const { generation } = await store.update((draft, base) => draft.write('again', bytes(`${base.generation}`)));
  const { generation: shown } = await store.snapshot();
  return { content, wasOpen, isShown: shown === generation };
}

const STEPS = {
  prepare: async (parameters) => {
    task = parameters;
    environment = environmentOf(task.ids);
    store = task.opens ? undefined : await open();
    return {};
  },
  act,
  again,
  close: async () => {
    await store?.close();
    return {};
  },
};

function say(what, answer) {
  fs.symlinkSync(JSON.stringify(answer), `${task.reports}/${what}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { step, ...parameters } = JSON.parse(line);
  const answer = await STEPS[step](parameters).catch((error) => ({ error: String(error) }));
  say(step, answer);
}
