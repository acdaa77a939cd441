import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Suites start real processes; two at a time is what a small machine carries.
    maxWorkers: 2,
    coverage: { include: ['dist/**/*.js'] },
  },
});
