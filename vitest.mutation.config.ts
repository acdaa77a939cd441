import { defineConfig } from 'vitest/config';

/** The store's tests of one step each, and quick ones: what a mutation run repeats for every mutant. */
export default defineConfig({
  test: {
    include: [
      'test/store/{background-sync-steps,collect,collect-steps,collection-plan,commit-corners,commit-protocol}.test.ts',
      'test/store/{head,lost-race,open-store,opening-steps,other-users}.test.ts',
      'test/store/{pins,recovery,replaced-directory,retention,retired-head,rollback}.test.ts',
      'test/store/{sleepers,sync-order,taken-for-dead,total-size,unsynced}.test.ts',
    ],
    // A mutant is one flag in the same code: loading that anew for each suite would cost more than the tests.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
