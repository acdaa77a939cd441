/** Copies in the cache of a machine are replaced where they differ from what the bucket has. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf, writing } from '../with-store.js';
import { MemoryPlace } from './object-places.js';

/** Puts other bytes of the same length into every copy that lies here. */
function damageCopies({ folder }: MemoryPlace): void {
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = path.join(folder, name);
    if (fs.statSync(place).isFile()) fs.writeFileSync(place, Buffer.alloc(fs.statSync(place).size, '?'));
  }
}

test('a copy that is damaged after it was read is fetched anew, time and again', async () => {
  await using place = new MemoryPlace();
  await using store = await SnapshotStore.openOn(place.connect());
  await store.update(writing('a', 'text'));
  await using snapshot = await store.snapshot();
  for (const _ of [1, 2, 3]) {
    expect(await snapshot.read('a')).toEqual(bytesOf('text'));
    damageCopies(place);
  }
});

test('what the bucket itself has damaged is told', async () => {
  await using place = new MemoryPlace();
  await using store = await SnapshotStore.openOn(place.connect());
  await store.update(writing('a', 'text'));
  await using snapshot = await store.snapshot();
  const { objects } = place.bucket;
  for (const [key, object] of objects)
    if (Buffer.from(object.bytes).equals(Buffer.from('text'))) objects.set(key, { ...object, bytes: bytesOf('TEXT') });
  for (const _ of [1, 2]) await expect(snapshot.read('a')).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
});

test('a cache that nothing can be written into is passed by, but for paths', async () => {
  await using place = new MemoryPlace();
  await using store = await SnapshotStore.openOn(place.connect());
  await store.update(writing('a', 'text'));
  fs.writeFileSync(path.join(place.folder, 'cache-1'), 'notes');
  await using snapshot = await store.snapshot();
  expect(await snapshot.read('a')).toEqual(bytesOf('text'));
  await expect(snapshot.path('a')).rejects.toMatchObject({
    code: 'IO_FAILED',
    remedy: expect.stringContaining('cache='),
  });
});
