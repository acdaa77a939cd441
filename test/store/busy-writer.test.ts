import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
  for (let count = 0; count < 200; count += 1)
    await store.update((draft) => draft.write('count', Buffer.from([count])));
  expect((await readdir(join(folder, 'generations'))).length).toBeLessThan(100);
  expect(await store.verify()).toMatchObject({ ok: true });
});
