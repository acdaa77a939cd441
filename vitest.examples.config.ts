import { defineConfig } from 'vitest/config';

/** The examples beside the programs that they are like: `npm run examples`. */
export default defineConfig({
  test: { include: ['test/examples/**/*.examples.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
