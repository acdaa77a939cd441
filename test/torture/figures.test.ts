import fs from 'node:fs';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { checkSynthetic } from './check-synthetic.js';
import { paceOf } from './figures.js';

test('how quickly commits were checked is told, and whether a million of them would take more than a minute', () => {
  const folder = makeTemporaryFolder();
  const checked = checkSynthetic({ commits: 50, seed: 1, folder });
  expect(paceOf({ ...checked, checkingCpuSeconds: 0.0025 })).toBe(
    '20,000 commits checked a second of processor time: a million in 50 s\n',
  );
  expect(paceOf({ ...checked, checkingCpuSeconds: 0.01 })).toBe(
    '5,000 commits checked a second of processor time: a million in 200 s, LONGER THAN THE MINUTE that they may take\n',
  );
  fs.rmSync(folder, { recursive: true });
});
