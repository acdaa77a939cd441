/** What repairing tells of a store on object storage, where nothing is moved. */
import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { SnapshotStore } from '../../../dist/store/index.js';
import { decodeGeneration } from '../../../dist/store/s3/generation-object.js';
import { makeTemporaryFolder, writing } from '../with-store.js';
import { S3Server } from './s3-server.js';

/** A server, and the URL of a store of two generations there. */
async function storeOfTwo(): Promise<{ readonly server: S3Server; readonly location: string }> {
  const server = await S3Server.start();
  const cache = makeTemporaryFolder();
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    fs.rmSync(cache, { recursive: true });
  });
  const location = server.locationOf('docs', cache);
  const store = await SnapshotStore.open(location);
  await store.update(writing('a', 'intact'));
  await store.update(writing('a', 'to be damaged'));
  await store.close();
  return { server, location };
}

test('of a sound store it tells that there is nothing to do', async () => {
  const { location } = await storeOfTwo();
  const told = await SnapshotStore.repair(location, { dryRun: true });
  expect(told).toEqual({ ok: true, generation: 2, dryRun: true, steps: [], remaining: [] });
});

test.each([[{ dryRun: true }], [{}]])(
  'with %j it tells what it would do about a damaged head, and does none of it',
  async (options) => {
    const { server, location } = await storeOfTwo();
    const [file = ''] = server.bucket.keys('/files/').filter((key) => holds(server, key, 'to be damaged'));
    await server.bucket.objects.delete(file);
    const before = [...server.bucket.objects];
    expect(await SnapshotStore.repair(location, options)).toMatchObject({
      ok: true,
      generation: 3,
      dryRun: true,
      steps: [
        { action: 'recover', generation: 3, from: 1, movedTo: undefined },
        { action: 'setAside', generation: 2, movedTo: undefined },
      ],
      remaining: [],
    });
    expect([...server.bucket.objects]).toEqual(before);
  },
);

test('what is damaged there is told with what can be done there', async () => {
  const { server, location } = await storeOfTwo();
  const [file = ''] = server.bucket.keys('/files/').filter((key) => holds(server, key, 'to be damaged'));
  server.bucket.objects.delete(file);
  const store = await SnapshotStore.open(location, { readOnly: true });
  const snapshot = await store.snapshot();
  await expect(snapshot.read('a')).rejects.toMatchObject({
    remedy: expect.stringMatching(/on S3 its objects, or push .* of a store in a local directory, run /),
  });
  await store.close();
  expect(() => decodeGeneration(Buffer.from('no header'), 'generations/1')).toThrow(
    expect.objectContaining({
      remedy: expect.stringMatching(/^Restore the object .*; no repair changes a store on S3\.$/),
    }),
  );
});

test('where there is no store it says so', async () => {
  const { server, location } = await storeOfTwo();
  const nowhere = location.replace('/docs', '/nowhere');
  await expect(SnapshotStore.repair(nowhere, { dryRun: true })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
  expect(server.bucket.keys('nowhere')).toEqual([]);
});

function holds(server: S3Server, key: string, text: string): boolean {
  return Buffer.from(server.bucket.objects.get(key)?.bytes ?? []).toString() === text;
}
