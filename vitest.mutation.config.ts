import { defineConfig } from 'vitest/config';

/** The store's tests of one step each, and quick ones: what a mutation run repeats for every mutant. */
export default defineConfig({
  test: {
    include: [
      'test/store/{collect-steps,commit-corners,commit-protocol,head,lost-race,pins,recovery,retention,rollback,sleepers,sync-order,taken-for-dead}.test.ts',
    ],
    // A mutant is one flag in the same code: loading that anew for each suite would cost more than the tests.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
