/** What `npm run crashes` does for hours, for about two minutes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '../store/seed.js';
import { formatCase, minimise, replay } from './crash-case.js';
import { Exploration } from './exploration.js';
import { figuresOf, Progress } from './figures.js';
import { stopTimers } from './machine.js';
import { PROFILES } from './profiles.js';

/** About two minutes of one core. */
const ENOUGH_STATES = 60_000;
const LONGEST_TEST_MS = 1_800_000;

let startTimers: () => void;
beforeAll(() => {
  startTimers = stopTimers();
});
afterAll(() => startTimers());

test(
  'whatever a crash leaves of what was not synced, the store keeps its promises and goes on',
  async () => {
    const progress = new Progress();
    const exploration = new Exploration({
      seed: seeded().seed,
      profiles: PROFILES,
      longest: 3,
      schedules: 4,
      limits: { all: 16, some: 12 },
      secondLifeOneIn: 100,
      violations: 1,
      isEnough: ({ allStates, secondStates }) => allStates.size + secondStates.size >= ENOUGH_STATES,
    });
    await exploration.run();
    console.info(figuresOf(exploration.counts, progress));
    for (const { crash } of exploration.violations) {
      const least = await minimise(crash);
      console.error(`${(await replay(least)).page}\nagain     npm run crashes -- --case '${formatCase(least)}'`);
    }
    expect(exploration.violations).toEqual([]);
    expect(exploration.counts.allStates.size + exploration.counts.secondStates.size).toBeGreaterThanOrEqual(
      ENOUGH_STATES,
    );
  },
  LONGEST_TEST_MS,
);
