/** What `npm run crashes` does for hours, for about two minutes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded } from '../store/seed.js';
import { Counts } from './counts.js';
import { formatCase, minimise, replay } from './crash-case.js';
import { Exploration } from './exploration.js';
import { figuresOf, startNow } from './figures.js';
import { stopTimers } from './machine.js';
import { PROFILES } from './profiles.js';

/** About two minutes of one core. */
const ENOUGH_STATES = 100_000;
const LONGEST_TEST_MS = 1_800_000;

let startTimers: () => void;
beforeAll(() => {
  startTimers = stopTimers();
});
afterAll(() => startTimers());

test(
  'whatever a crash leaves of what was not synced, the store keeps its promises and goes on',
  async () => {
    const start = startNow();
    const options = {
      seed: seeded().seed,
      profiles: PROFILES,
      longest: 3,
      schedules: 4,
      limits: { all: 16, some: 12 },
      secondLifeOneIn: 100,
      violations: 1,
      isEnough: ({ states }: Counts) => states.size >= ENOUGH_STATES,
    };
    const exploration = new Exploration(options, new Counts(Counts.memoryFor(ENOUGH_STATES)));
    await exploration.run();
    console.info(figuresOf(exploration.counts, start));
    for (const { crash } of exploration.violations) {
      const least = await minimise(crash);
      console.error(`${(await replay(least)).page}\nagain     npm run crashes -- --case '${formatCase(least)}'`);
    }
    expect(exploration.violations).toEqual([]);
    expect(exploration.counts.states.size).toBeGreaterThanOrEqual(ENOUGH_STATES);
  },
  LONGEST_TEST_MS,
);
