import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process takes a second to start where many start at once; nothing here asserts speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Suites start real processes; two at a time is what a small machine carries.
    maxWorkers: 2,
    coverage: { include: ['dist/**/*.js'] },
  },
});
