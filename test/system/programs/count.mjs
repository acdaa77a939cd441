// Adds 1 to its own slot and to the total, again and again, and writes what became of each try to a log elsewhere.
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isStoreError, SnapshotStore } from '../../../dist/store/index.js';

const { directory, log, slot, commits, flushEvery, tagEvery, fileBytes, options } = JSON.parse(process.argv[2]);
const say = (...words) => fs.appendFileSync(log, `${words.join(' ')}\n`);
const read = async (base, name) => (base.files.has(name) ? Number(Buffer.from(await base.read(name))) : 0);
const bytes = (number) => Buffer.from(String(number));

/** Does something, and writes it down if it is refused. */
async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    if (!isStoreError(error)) throw error;
    if (error.code !== 'OUTCOME_UNKNOWN') say('refused', error.code);
    await pause(20);
    return undefined;
  }
}

/** One try; answers the value that was acknowledged. */
async function countUp(store) {
  let value = 0;
  try {
    await store.update(async (draft, base) => {
      value = (await read(base, `slot-${slot}`)) + 1;
      const total = (await read(base, 'total')) + 1;
      draft.write(`slot-${slot}`, bytes(value));
      draft.write('total', bytes(total));
      draft.write(`folder-${slot}/content`, Buffer.alloc(1 + ((value * 7919) % fileBytes), value));
    });
    say('done', value);
    return value;
  } catch (error) {
    if (isStoreError(error, 'OUTCOME_UNKNOWN')) say('unknown', value);
    throw error;
  }
}

async function flush(store, value) {
  await store.flush();
  say('flushed', value);
}

/** Tags the head; every second time takes the tag away again. */
async function tagAndUntag(store, value, isSecond) {
  const { name } = await store.tag(`slot-${slot}-${value}`);
  say('tagged', name);
  if (!isSecond) return;
  say('untagging', name);
  await store.untag(name);
  say('untagged', name);
}

let isStopping = false;
process.on('SIGTERM', () => {
  isStopping = true;
});
let store;
while (store === undefined && !isStopping) store = await attempt(() => SnapshotStore.open(directory, options));
for (let done = 0; done < commits && !isStopping; ) {
  const value = await attempt(() => countUp(store));
  if (value === undefined) continue;
  done += 1;
  if (done % flushEvery === 0) await attempt(() => flush(store, value));
  if (done % tagEvery === 0) await attempt(() => tagAndUntag(store, value, done % (2 * tagEvery) === 0));
}
await store?.close();
say('closed', 0);
