import { defineConfig } from 'vitest/config';

/** All tests that run the store in their own process, the slower ones included: what `npm run coverage` measures. */
export default defineConfig({
  test: {
    include: ['test/{store,faults,crash}/**/*.test.ts', 'test/search/project/remote-*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    coverage: { include: ['dist/store/**/*.js'], reporter: ['text'], thresholds: { branches: 95 } },
  },
});
