import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ProjectIndex } from '../../dist/search/index.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { optionsFor } from '../search/project/temporary-project-index.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { Counter } from './counters.js';
import { requireMachine } from './machine.js';
import { Mount } from './mounts.js';
import { expectKept, promisedTo } from './referee.js';

/** The kernel refuses while any file is open for writing. */
async function makeReadOnly(mount: Mount): Promise<void> {
  for (;;) {
    try {
      return mount.remount('ro');
    } catch (error) {
      if (!(error instanceof Error) || !/busy/.test(error.message)) throw error;
      await pause(1);
    }
  }
}

test('a file system that becomes read-only below open stores is read, and written again when it can be', async (context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'] });
  using mount = Mount.tmpfs('size=64m');
  const logs = makeTemporaryFolder();
  const directory = path.join(mount.folder, 'store');
  const options = { lockTimeoutMs: 300 };
  const counters = [0, 1, 2].map((slot) => new Counter({ directory, logs, slot, tagEvery: 20, options }));
  for (let rounds = 0; rounds < 3; rounds++) {
    await Promise.all(counters.map((counter) => counter.until('done', 5)));
    await makeReadOnly(mount);
    await Promise.all(counters.map((counter) => counter.until('refused', 3)));
    await using store = await SnapshotStore.open(directory);
    expect(store.describe().readOnlyReason).toContain('EROFS');
    expect((await store.verify()).problems).toEqual([]);
    await store.close();
    mount.remount('rw');
  }
  await Promise.all(counters.map((counter) => counter.until('done', 5)));
  await Promise.all(counters.map((counter) => counter.stop()));
  const promises = counters.map(promisedTo);
  const refusals = promises.flatMap((promised) => promised.refusals);
  // Whoever held the lock at that moment could not let it go, so that others waited for it in vain.
  expect(['STORE_READ_ONLY', 'LOCK_TIMEOUT']).toEqual(expect.arrayContaining([...new Set(refusals)]));
  const { generation } = await expectKept(directory, promises, { mayLeaveDrafts: true });
  await context.annotate(`${refusals.length} refusals, ${generation} generations`);
  fs.rmSync(logs, { recursive: true });
});

test('a server that may not write to its index says when it is behind the files', async (context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'] });
  using mount = Mount.tmpfs('size=64m');
  const root = makeTemporaryFolder();
  const options = optionsFor(root, path.join(mount.folder, 'index'));
  fs.writeFileSync(path.join(root, 'a.md'), '# Malt\n');
  await using builder = await ProjectIndex.open({ ...options, mode: 'once' });
  await builder.indexNow();
  await builder.close();
  await makeReadOnly(mount);
  fs.writeFileSync(path.join(root, 'b.md'), '# Hops\n');
  await using index = await ProjectIndex.open(options);
  index.start();
  expect(await index.search({ query: 'hops' })).toMatchObject({ stale: true, results: [] });
  expect(await index.status()).toMatchObject({
    stale: true,
    pendingChanges: 1,
    problems: [expect.objectContaining({ code: 'STORE_READ_ONLY' })],
  });
  await index.close();
  fs.rmSync(root, { recursive: true });
});
