import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as changing from './model/changing-commands.js';
import { type Command, operations } from './model/command.js';
import * as keeping from './model/keeping-commands.js';
import { PlainStore } from './model/plain-store.js';
import * as reading from './model/reading-commands.js';
import { type Kind, RealStores } from './model/real-stores.js';
import { seeded } from './seed.js';

/** One of the two open stores. */
const which = fc.constantFrom(0, 1);
/** `a/inner` cannot be there beside `a`. */
const fileName = fc.constantFrom('a', 'b', 'dir/c', 'dir/deep/d', 'a/inner');
/** How far below the head; a few are below the first generation. */
const back = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 12 }) });
const tagName = fc.constantFrom('x', 'y', 'z');
const wish = fc.record({
  written: fc.dictionary(fileName, fc.string({ maxLength: 5 }), { maxKeys: 3, noNullPrototype: true }),
  removed: fc.array(fileName, { maxLength: 2 }),
  metadata: fc.option(fc.record({ n: fc.nat({ max: 9 }) }), { freq: 5, nil: undefined }),
});
const retention = fc
  .record({
    keepGenerations: fc.integer({ min: 1, max: 6 }),
    minimumAgeMs: fc.constantFrom(0, 0, 1_000, 60_000),
    size: fc.option(fc.integer({ min: 1, max: 8_000 }), { nil: undefined }),
  })
  .map(({ size, ...rest }) => (size === undefined ? rest : { ...rest, maximumTotalBytes: size }));

/** Each command and how often it comes: most of all what makes generations, least of all the loss of everything. */
const commands: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
  [40, fc.tuple(which, wish).map((all) => changing.update(...all))],
  [3, which.map(changing.failingUpdate)],
  [4, fc.constant(null).map(changing.raceOfUpdates)],
  [14, fc.tuple(which, back, fc.boolean()).map((all) => changing.rollback(...all))],
  [7, which.map(changing.resume)],
  [2, which.map(changing.recoverNothing)],
  [4, which.map(changing.damageAndRecover)],
  [1, which.map(changing.loseAndRevive)],
  [12, fc.tuple(which, retention).map((all) => keeping.collect(...all))],
  [6, fc.tuple(which, tagName, back).map((all) => keeping.tag(...all))],
  [5, fc.tuple(which, tagName).map((all) => keeping.untag(...all))],
  [6, fc.tuple(which, back).map((all) => keeping.openGeneration(...all))],
  [4, which.map(keeping.takeSnapshot)],
  [2, fc.constant(null).map(keeping.closeSnapshots)],
  [6, fc.constantFrom(500, 1_000, 30_000).map(keeping.wait)],
  [3, which.map(keeping.flush)],
  [2, fc.constant(null).map(keeping.reopen)],
  [4, which.map(reading.readAll)],
  [2, fc.constant(null).map(reading.readOnly)],
  [6, fc.constant(null).map(reading.readSnapshots)],
  [4, which.map(reading.countBytes)],
  [
    2,
    fc.tuple(which, fc.constantFrom<'cheapest' | 'copy'>('cheapest', 'copy')).map((all) => reading.exportHead(...all)),
  ],
  [5, fc.tuple(which, back, back).map((all) => reading.diff(...all))],
];

const anyCommand = fc.oneof(...commands.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** `npm run operations` asks for a number of them; without, a fixed number of runs is made. */
const { SNAPDEX_OPERATIONS, SNAPDEX_FULL } = process.env;
const wanted = Number(SNAPDEX_OPERATIONS ?? 0);

async function runCommands(kind: Kind, sequence: Iterable<Command>): Promise<void> {
  const model = new PlainStore();
  const real = await RealStores.open(kind, model);
  try {
    await fc.asyncModelRun(async () => ({ model, real }), sequence);
    await real.expectWhole();
  } finally {
    await real.end();
  }
}

async function check(kind: Kind, parameters: { seed: number; numRuns: number }): Promise<void> {
  const sequences = fc.commands([anyCommand], { maxCommands: 60, size: 'max' });
  await fc.assert(
    fc.asyncProperty(sequences, (sequence) => runCommands(kind, sequence)),
    parameters,
  );
}

describe.each<Kind>(['memory', 'local', 'object storage'])('whatever is done to it (%s)', (kind) => {
  test('the store shows what plain maps show', async () => {
    const { seed } = seeded();
    const [startedMs, before] = [performance.now(), operations.count];
    const runs = SNAPDEX_FULL === '1' ? 300 : 15;
    for (let batch = 0; batch === 0 || operations.count - before < wanted; batch++)
      await check(kind, { seed: seed + batch, numRuns: runs });
    const done = operations.count - before;
    const perSecond = Math.round((done * 1000) / (performance.now() - startedMs));
    console.info(`${kind}: ${done} operations, ${perSecond} a second`);
    expect(done).toBeGreaterThanOrEqual(wanted);
  }, 86_400_000);
});
