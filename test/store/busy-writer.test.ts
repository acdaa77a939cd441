import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapdex-busy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a writer that never pauses is collected behind its back', async () => {
  const retention = { keepGenerations: 4, minimumAgeMs: 0 };
  await using store = await SnapshotStore.open(folder, { durability: 'deferred', retention });
  const kept = (): number => readdirSync(join(folder, 'generations')).length;
  let count = 0;
  // How soon depends on the machine; it must not need a pause.
  for (; count < 200 || (count < 2000 && kept() >= count / 2); count += 1)
    await store.update((draft) => draft.write('count', Buffer.from(`${count}`)));
  expect(kept()).toBeLessThan(count / 2);
  expect(await store.verify()).toMatchObject({ ok: true });
});

test('a reader that never pauses leaves timers their turn', async () => {
  await using store = await SnapshotStore.open(folder);
  await store.update((draft) => draft.write('a', Buffer.from('1')));
  let isStopped = false;
  setTimeout(() => {
    isStopped = true;
  }, 20);
  for (let reads = 0; !isStopped; reads++) {
    if (reads > 1_000_000) throw new Error('the timer never had its turn');
    await store.snapshot();
  }
  expect(isStopped).toBe(true);
});
