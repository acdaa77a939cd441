import { expect, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { bytesOf, writing } from '../with-store.js';
import { MemoryPlace } from './object-places.js';

test('a bucket is verified, not the copies of it that lie here', async () => {
  await using place = new MemoryPlace();
  await using store = await SnapshotStore.openOn(place.connect(), { collectAutomatically: false });
  for (const name of ['gone', 'other', 'whole']) await store.update(writing(name, `text of ${name}`));
  await using snapshot = await store.snapshot();
  for (const name of ['gone', 'other', 'whole']) expect(await snapshot.read(name)).toEqual(bytesOf(`text of ${name}`));
  const { objects } = place.bucket;
  for (const [key, object] of objects) {
    const text = Buffer.from(object.bytes).toString();
    if (text === 'text of gone') objects.delete(key);
    if (text === 'text of other') objects.set(key, { ...object, bytes: bytesOf('text of OTHER') });
  }
  const { ok, filesChecked, problems } = await store.verify();
  expect({ ok, filesChecked }).toEqual({ ok: false, filesChecked: 3 });
  expect(problems.map(({ message }) => message).sort()).toEqual([
    'generation 1: file "gone" is missing (generation 1 wrote it)',
    'generation 2: file "gone" is missing (generation 1 wrote it)',
    'generation 2: file "other" does not match its checksum',
    'generation 3: file "gone" is missing (generation 1 wrote it)',
    'generation 3: file "other" does not match its checksum',
  ]);
  expect(await snapshot.read('gone')).toEqual(bytesOf('text of gone'));
});
