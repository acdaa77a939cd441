/** Random changes to a collection beside a plain map, through two programs in turn. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openCollection } from '../../dist/documents/index.js';
import { withFolder } from './document-folder.js';

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const puts = fc.record({ key: keys, length: fc.constantFrom(1, 100, 9000, 20_000) });
const changes = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ puts: fc.array(puts, { maxLength: 3 }), deleted: fc.array(keys, { maxLength: 2 }) }),
    },
    { weight: 1, arbitrary: fc.record({ back: fc.nat(5) }) },
  ),
  { minLength: 5, maxLength: 30 },
);

it('a collection holds what a map holds that was changed the same way', () =>
  fc.assert(
    fc.asyncProperty(changes, (sequence) =>
      withFolder(async (folder) => {
        const open = () => folder.keep(openCollection(folder.directory, z.string(), { durability: 'deferred' }));
        const programs = [await open(), await open()];
        const past = new Map<number, ReadonlyMap<string, string>>([[0, new Map()]]);
        let expected = new Map<string, string>();
        for (const [turn, change] of sequence.entries()) {
          const [program] = turn % 2 === 0 ? programs : programs.toReversed();
          if (program === undefined) continue;
          if ('back' in change) {
            const known = (await program.history()).filter(({ generation }) => past.has(generation))[change.back];
            if (known === undefined) continue;
            const { generation } = await program.rollback(known.generation);
            expected = new Map(past.get(known.generation));
            past.set(generation, new Map(expected));
            continue;
          }
          const { generation } = await program.update((draft) => {
            for (const { key, length } of change.puts) draft.put(key, `${turn} ${'x'.repeat(length)}`);
            for (const key of change.deleted) draft.delete(key);
          });
          for (const { key, length } of change.puts) expected.set(key, `${turn} ${'x'.repeat(length)}`);
          for (const key of change.deleted) expected.delete(key);
          past.set(generation, new Map(expected));
          const view = await program.read();
          const content = new Map<string, string>();
          for await (const [key, value] of view.entries()) content.set(key, value);
          expect(content).toEqual(expected);
          expect(view.count).toBe(expected.size);
        }
      }),
    ),
    { numRuns: 8 },
  ));
