import { defineConfig } from 'vitest/config';

/** The examples beside the programs that they are like: `npm run examples`. */
export default defineConfig({
  test: { include: ['test/examples/**/*.examples.ts'], testTimeout: 1_800_000, hookTimeout: 120_000 },
});
