import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf, writing } from '../with-store.js';
import { MemoryPlace } from './object-places.js';

test('a tag on object storage that is not as it was written is damage, and keeps everything', async () => {
  await using place = new MemoryPlace();
  const storage = place.connect();
  await using store = await SnapshotStore.openOn(storage, { collectAutomatically: false });
  for (const text of ['1', '2', '3']) await store.update(writing('a', text));
  await store.tag('v1', 1);
  const whole = Buffer.from((await storage.readRecord('tags', 'v1')) ?? []).toString();
  expect(await store.tags()).toMatchObject([{ name: 'v1', generation: 1 }]);
  const moved = bytesOf(whole.replace('"generation":1,', '"generation":3,'));
  await storage.writeRecord('tags', 'v1', moved, { replace: true, sync: true });
  expect((await store.verify()).problems).toMatchObject([{ code: 'STORE_DAMAGED' }]);
  const collecting = store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
  await expect(collecting).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect((await storage.listGenerations()).length).toBe(3);
});
