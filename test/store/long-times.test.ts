import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FileLock, processEnvironment } from '../../dist/store/index.js';
import { timerOverflows } from './timer-overflows.js';
import { makeTemporaryFolder, withStore } from './with-store.js';

const MONTHS_MS = 100 * 86_400_000;

test('what is kept for months is not looked at all the time', () =>
  withStore(
    async (folder) => {
      const overflows = await timerOverflows(async () => {
        await folder.advance(20);
        // Waits for the collecting that the commits have begun.
        await folder.store.collect({ dryRun: true });
      });
      expect(overflows).toEqual([]);
    },
    { collectAutomatically: true, retention: { keepGenerations: 4, minimumAgeMs: MONTHS_MS } },
  ));

test('a lock that lasts for months is not refreshed all the time', async () => {
  const folder = makeTemporaryFolder();
  fs.mkdirSync(path.join(folder, 'drafts'));
  const place = { path: path.join(folder, 'x.lock'), draftsPath: path.join(folder, 'drafts') };
  const lock = new FileLock({ ...place, environment: processEnvironment, staleMs: MONTHS_MS });
  const overflows = await timerOverflows(async () => {
    await (await lock.acquire({ mode: 'exclusive', holder: 'a-1' })).release();
  });
  expect(overflows).toEqual([]);
  fs.rmSync(folder, { recursive: true });
});
