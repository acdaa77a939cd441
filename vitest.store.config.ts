import { defineConfig } from 'vitest/config';

/** The store's tests that run in one process, and quickly: what a mutation run repeats. */
export default defineConfig({
  test: {
    include: ['test/store/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
