import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { FULL_TIMEOUT_MS, measure, run } from './children.js';

const PROCESSES = 4;
const ROUNDS = measure(200, 15);

test(
  'processes that open a new store at the same time all have it, and each keeps what it wrote',
  async () => {
    const folder = makeTemporaryFolder();
    const names = Array.from({ length: PROCESSES }, (_, index) => `process-${index}`);
    const openers = names.map((name) => run('open-fresh.mjs', folder, name, String(PROCESSES), String(ROUNDS)));
    await Promise.all(openers.map((opener) => opener.output));
    for (let round = 0; round < ROUNDS; round++) {
      await using store = await SnapshotStore.open(path.join(folder, `store-${round}`));
      expect([...(await store.snapshot()).files.keys()].sort()).toEqual(names);
      expect((await store.verify()).problems).toEqual([]);
    }
    fs.rmSync(folder, { recursive: true });
  },
  FULL_TIMEOUT_MS,
);
