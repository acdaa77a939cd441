/** What a draft on object storage costs, and what becomes of one that others have met. */
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../dist/store/manifest.js';
import type { ObjectStorage } from '../../../dist/store/s3/object-storage.js';
import { bytesOf } from '../with-store.js';
import { MemoryObjects } from './memory-objects.js';
import { MemoryPlace } from './object-places.js';

async function claimed(storage: ObjectStorage, draft: string, generation: number): Promise<void> {
  await storage.createDraft(draft);
  await storage.writeDraftFile(draft, 'file', bytesOf(`of ${draft}`));
  await storage.writeDraftManifest(draft, bytesOf(`manifest of ${draft}`));
  expect(await storage.claim(draft, generation)).toBe(true);
}

async function prepared(place: MemoryPlace): Promise<ObjectStorage> {
  const storage = place.connect();
  await storage.prepare();
  return storage;
}

describe('a file of a draft', () => {
  test('is sent once, under however many names', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await storage.createDraft('a-1');
    const before = place.bucket.requests.put;
    for (const name of ['one', 'other']) await storage.writeDraftFile('a-1', name, bytesOf('same'));
    expect([place.bucket.requests.put - before, place.bucket.keys('/files/').length]).toEqual([1, 1]);
  });

  test('is copied by the server where another one has it, once, and not if it is gone', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await claimed(storage, 'a-1', 1);
    const file = { owner: 1, sha256: sha256(bytesOf('of a-1')), sizeBytes: 6 };
    await storage.createDraft('a-2');
    expect([await storage.reuseFile('a-2', 'x', file), await storage.reuseFile('a-2', 'y', file)]).toEqual([
      true,
      true,
    ]);
    expect(place.bucket.requests.copy).toBe(1);

    const calm = new MemoryObjects(place.bucket);
    const forgetful = Object.assign(new MemoryObjects(place.bucket), { copy: async () => false });
    const other = place.connect(undefined, forgetful);
    await other.createDraft('b-1');
    expect(await other.reuseFile('b-1', 'x', file)).toBe(false);
    expect(await other.reuseFile('b-1', 'x', { ...file, sha256: sha256(bytesOf('none')) })).toBe(false);
    expect(await calm.list('stores/one')).not.toEqual([]);
  });
});

describe('a draft that others have taken away', () => {
  test('can neither be described nor claimed', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await storage.createDraft('a-1');
    await storage.writeDraftManifest('a-1', bytesOf('1'));
    expect(await place.connect().buryDraft('a-1')).toBe(true);
    await expect(storage.writeDraftManifest('a-1', bytesOf('2'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(storage.claim('a-1', 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('stays where it may be that of a damaged generation', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await claimed(storage, 'a-1', 1);
    const [key = ''] = place.bucket.keys('/generations/');
    await new MemoryObjects(place.bucket).put(key, bytesOf(`${'0'.repeat(16)}\n{`));
    await storage.createDraft('a-2');
    await storage.writeDraftFile('a-2', 'file', bytesOf('2'));
    await storage.writeDraftManifest('a-2', bytesOf('2'));
    expect(await place.connect().buryDraft('a-2')).toBe(false);
    expect(place.bucket.keys('/files/')).toHaveLength(2);
  });
});

describe('a draft that its owner gives up', () => {
  test('goes with its files, unless it has become a generation', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await storage.createDraft('a-1');
    await storage.writeDraftFile('a-1', 'file', bytesOf('1'));
    await storage.discardDraft('a-1');
    expect(place.bucket.keys('/files/')).toEqual([]);
    await claimed(storage, 'a-2', 1);
    await storage.discardDraft('a-2');
    // Nor if it was another process that claimed it under this name.
    await place.connect().discardDraft('a-2');
    expect(place.bucket.keys('/files/')).toHaveLength(1);
  });
});

describe('a claim', () => {
  test('is taken back by whoever made it alone', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await claimed(storage, 'a-1', 1);
    await storage.createDraft('a-2');
    await storage.retract(1, 'a-2');
    expect(await storage.listGenerations()).toEqual([1]);
  });
});

describe('a generation', () => {
  test('is retired once, if it is there', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await claimed(storage, 'a-1', 1);
    await storage.retire(1);
    const before = place.bucket.requests.putIf;
    await storage.retire(1);
    await storage.retire(7);
    expect(place.bucket.requests.putIf).toBe(before);
    expect(await storage.readManifest(1)).toMatchObject({ isRetired: true });
  });

  test('that is damaged is read as what is there, and is not retired', async () => {
    await using place = new MemoryPlace();
    const storage = await prepared(place);
    await claimed(storage, 'a-1', 1);
    const [key = ''] = place.bucket.keys('/generations/');
    await new MemoryObjects(place.bucket).put(key, bytesOf(`${'0'.repeat(16)}\n{`));
    const found = await place.connect().readManifest(1);
    expect([Buffer.from(found?.bytes ?? []).toString(), found?.isRetired]).toEqual(['{', false]);
    await expect(place.connect().retire(1)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});
