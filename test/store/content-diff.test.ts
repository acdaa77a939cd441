import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffContents, diffSnapshots, type NamedContent } from '../../dist/store/index.js';
import { seeded } from './seed.js';
import { withStore, writing } from './with-store.js';

/** Contents by name, each as its hash; its length stands for its size. */
function contents(hashes: Readonly<Record<string, string>>): ReadonlyMap<string, NamedContent> {
  return new Map(
    Object.entries(hashes).map(([name, contentHash]) => [name, { contentHash, sizeBytes: contentHash.length }]),
  );
}

const collections = fc.dictionary(fc.constantFrom('a', 'b', 'x/a', 'x/b', 'y/c'), fc.constantFrom('1', '22', '333'));

describe('what differs', () => {
  test('is what was added, changed and removed, by name', () => {
    const diff = diffContents(contents({ a: '1', b: '22', c: '333' }), contents({ b: '4444', c: '333', d: '55555' }));
    expect(diff).toEqual({
      added: [{ name: 'd', sizeBytes: 5 }],
      removed: [{ name: 'a', sizeBytes: 1 }],
      changed: [{ name: 'b', formerSizeBytes: 2, sizeBytes: 4 }],
      renamed: [],
      unchanged: 1,
    });
  });

  test('is a rename where the bytes stayed the same', () => {
    const diff = diffContents(contents({ a: '1' }), contents({ b: '1' }));
    expect(diff).toMatchObject({ added: [], removed: [], renamed: [{ from: 'a', to: 'b', sizeBytes: 1 }] });
  });

  test('among equal contents takes the one of the same last name for the renamed one', () => {
    const diff = diffContents(contents({ 'old/a': '1', 'old/b': '1' }), contents({ 'new/b': '1', 'new/c': '1' }));
    expect(diff.renamed.map(({ from, to }) => [from, to])).toEqual([
      ['old/a', 'new/c'],
      ['old/b', 'new/b'],
    ]);
  });

  test('turns the one collection into the other', () =>
    fc.assert(
      fc.property(collections, collections, (before, after) => {
        const { added, removed, changed, renamed, unchanged } = diffContents(contents(before), contents(after));
        const patched: Record<string, string | undefined> = { ...before };
        for (const { name } of removed) delete patched[name];
        for (const { from } of renamed) delete patched[from];
        for (const { name } of [...added, ...changed]) patched[name] = after[name];
        for (const { from, to } of renamed) patched[to] = before[from];
        expect(patched).toEqual(after);
        expect(added.length + changed.length + renamed.length + unchanged).toBe(Object.keys(after).length);
      }),
      seeded(),
    ));

  test('between generations is seen in their manifests', () =>
    withStore(async ({ store }) => {
      await store.update(writing('a', 'text'));
      await store.update((draft) => {
        draft.remove('a');
        writing('b', 'text')(draft);
        writing('c', 'new')(draft);
      });
      await using before = await store.openGeneration(1);
      expect(diffSnapshots(before, await store.snapshot())).toMatchObject({
        added: [{ name: 'c' }],
        renamed: [{ from: 'a', to: 'b' }],
      });
    }));
});
