import { defineConfig } from 'vitest/config';
import { FaultTable } from './test/system/fault-table.js';

/** Faults that the machine itself is made to have: `npm run system`. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.system.ts'],
    testTimeout: process.env.SNAPDEX_FULL === '1' ? 1_800_000 : 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['dot', new FaultTable()],
  },
});
