import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  currentContent,
  findNameProblem,
  generationName,
  LARGEST_GENERATION,
  parseCurrentContent,
  parseGenerationName,
} from '../../dist/store/names.js';
import { seeded } from './seed.js';

describe('names on disk', () => {
  test('a generation is found again by its name and by CURRENT', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGEST_GENERATION }), (generation) => {
        expect(parseGenerationName(generationName(generation))).toBe(generation);
        expect(parseCurrentContent(Buffer.from(currentContent(generation)))).toBe(generation);
      }),
      seeded(),
    ));

  test.each(['', '42', '0000000000', '00000000042', '000000004x', '+000000042', '0000000042 '])(
    '%j names no generation',
    (name) => expect(parseGenerationName(name)).toBeUndefined(),
  );

  test('an accepted file name stays inside its folder', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('..', 'a/..', '\\..\\', 'C:', '/etc')), (name) => {
        if (findNameProblem(name) !== undefined) return;
        expect(new URL(name.split('/').map(encodeURIComponent).join('/'), 'file:///store/').pathname).toMatch(
          /^\/store\/./,
        );
      }),
      seeded(),
    ));

  test.each(['con', 'a/NUL.txt', 'trailing.', 'trailing ', 'x'.repeat(201), 'a:b', '\ud800'])(
    'the file name %j, which some system cannot store, is refused',
    (name) => expect(findNameProblem(name)).toBeDefined(),
  );
});
