import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CollectionView, openCollection, openDocument } from '../../dist/documents/index.js';
import { processEnvironment } from '../../dist/store/index.js';
import { withCalls } from '../store/faulty-calls.js';
import { type DocumentFolder, until, withFolder } from './document-folder.js';

const noteSchema = z.object({ text: z.string() });
const openNotes = (folder: DocumentFolder, options: { readonly durability?: 'deferred' } = {}) =>
  folder.keep(openCollection(folder.directory, noteSchema, { onWarning: folder.onWarning, ...options }));
const note = (text: string) => ({ text });

async function contentOf<T>(view: CollectionView<T>): Promise<readonly (readonly [string, T])[]> {
  const content = [];
  for await (const entry of view.entries()) content.push(entry);
  return content;
}

describe('a collection', () => {
  it('has what was put and not deleted, in the order of its keys, for everybody', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openNotes(folder), await openNotes(folder)];
      await one.put('b', note('two'));
      await other.put('a', note('one'));
      await one.put('c', note('three'));
      await other.delete('b');
      await one.put('c', note('3'));
      const view = await other.read();
      expect(await contentOf(view)).toEqual([
        ['a', note('one')],
        ['c', note('3')],
      ]);
      expect([view.count, view.keys(), view.has('a'), view.has('b')]).toEqual([2, ['a', 'c'], true, false]);
      expect([await one.get('b'), await one.get('c')]).toEqual([undefined, note('3')]);
    }));

  it('refuses what comes to its draft after the change has ended', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      const late: unknown[] = [];
      await notes.update((draft) => {
        void new Promise((resolve) => setTimeout(resolve, 0)).then(() => {
          for (const act of [() => draft.put('late', note('lost')), () => draft.delete('late')])
            try {
              act();
            } catch (error) {
              late.push(error);
            }
        });
      });
      await until(() => late.length === 2);
      expect(late).toMatchObject([{ code: 'INVALID_CALL' }, { code: 'INVALID_CALL' }]);
    }));

  it.each([['why'], [null], [{ raeson: 'why' }], [{ reason: 1 }], [{ hold: true }]])(
    'refuses %j as options of a change',
    (options: unknown) =>
      withFolder(async (folder) => {
        const notes = await openNotes(folder);
        await notes.put('a', note('one'));
        const given = options as { readonly reason?: string };
        const refused = { code: 'INVALID_ARGUMENT' };
        await expect(notes.put('b', note('two'), given)).rejects.toMatchObject(refused);
        await expect(notes.rollback(1, given)).rejects.toMatchObject(refused);
        expect((await notes.read()).keys()).toEqual(['a']);
      }),
  );

  it('is empty before anything was put', () =>
    withFolder(async (folder) => {
      const view = await (await openNotes(folder)).read();
      expect([view.generation, view.count, view.keys()]).toEqual([0, 0, []]);
    }));

  it('tells whoever wants to keep a Date that JSON makes a text of it', () =>
    withFolder(async (folder) => {
      const born = [new Date('2026-01-02T03:04:05.678Z')];
      const notes = await folder.keep(openCollection(folder.directory, z.object({ born: z.array(z.date()) })));
      await expect(notes.put('a', { born })).rejects.toMatchObject({
        message: expect.stringContaining('document "a": born[0]: '),
        remedy: expect.stringMatching(/kept as JSON.*`z\.coerce\.date\(\)`/),
      });
      const coerced = await folder.keep(openCollection(folder.directory, z.object({ born: z.array(z.coerce.date()) })));
      await coerced.put('a', { born });
      expect(await coerced.get('a')).toEqual({ born });
      await expect(coerced.put('a', JSON.parse('{"born":["never"]}'))).rejects.toMatchObject({
        remedy: 'Nothing was changed. Correct the value.',
      });
    }));

  it('changes many documents at once or none', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      await notes.put('a', note('one'));
      const refused = notes.update((draft) => {
        draft.delete('a');
        draft.put('b', note('two'));
        draft.put('c', JSON.parse('{}'));
      });
      await expect(refused).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
      await expect(refused).rejects.toThrow('document "c": text: ');
      expect(await contentOf(await notes.read())).toEqual([['a', note('one')]]);
      await notes.update(async (draft) => {
        draft.put('b', note(`${(await draft.get('a'))?.text} more`));
        expect([await draft.get('b'), draft.delete('a'), draft.has('a'), draft.delete('a')]).toEqual([
          note('one more'),
          true,
          false,
          false,
        ]);
      });
      expect(await contentOf(await notes.read())).toEqual([['b', note('one more')]]);
      expect((await notes.read()).count).toBe(1);
    }));

  it('makes no generation of a change that changes nothing', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      await notes.put('a', note('one'));
      expect(await notes.put('a', note('one'))).toEqual({ generation: 1, isNew: false });
      expect(await notes.delete('b')).toEqual({ generation: 1, isNew: false });
      const undone = await notes.update((draft) => {
        draft.put('b', note('two'));
        draft.delete('b');
      });
      expect(undone.isNew).toBe(false);
    }));

  it('keeps every change of writers who race, also those to one document', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openNotes(folder), await openNotes(folder)];
      const changes = Array.from({ length: 16 }, (_, index) =>
        (index % 2 === 0 ? one : other).update(async (draft) => {
          const before = (await draft.get('all'))?.text ?? '';
          draft.put('all', note(`${before}${index};`));
          draft.put(`key ${index}`, note('mine'));
        }),
      );
      await Promise.all(changes);
      const view = await one.read();
      expect(view.count).toBe(17);
      expect((await view.get('all'))?.text.split(';').sort()).toEqual(
        ['', ...Array.from({ length: 16 }, (_, i) => `${i}`)].sort(),
      );
    }));

  it('gives views that stay as they are', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      await notes.put('a', note('one'));
      const view = await notes.read();
      await notes.put('a', note('two'));
      expect([await view.get('a'), view.generation, view.changedIn]).toEqual([note('one'), 1, 1]);
      expect(await (await notes.read(1)).get('a')).toEqual(note('one'));
    }));

  it('goes back to what it was, but not to what does not match any more', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      const lax = await folder.keep(openCollection(folder.directory, z.any()));
      await notes.put('a', note('one'));
      await lax.put('b', 'no note');
      await notes.delete('b');
      await notes.delete('a');
      await notes.rollback(1, { reason: 'undone' });
      expect(await contentOf(await notes.read())).toEqual([['a', note('one')]]);
      await expect(notes.rollback(2)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
      expect((await notes.history())[0]).toMatchObject({ operation: 'rollback', reason: 'undone' });
    }));

  it('migrates each document from the version it was written with', () =>
    withFolder(async (folder) => {
      const first = await folder.keep(openCollection(folder.directory, z.string()));
      await first.put('a', 'one');
      const second = await folder.keep(
        openCollection(folder.directory, noteSchema, { version: 2, migrate: (text) => ({ text }) }),
      );
      await second.put('b', note('two'));
      expect(await contentOf(await second.read())).toEqual([
        ['a', note('one')],
        ['b', note('two')],
      ]);
      expect(await first.get('a')).toBe('one');
      await expect(first.get('b')).rejects.toMatchObject({ code: 'DOCUMENT_NEWER' });
    }));

  it('says of a document that another program has written without a version that it is none', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      await notes.put('a', note('one'));
      await notes.store.update(async (draft, base) => {
        for (const name of base.files.keys()) {
          const text = Buffer.from(await base.read(name)).toString();
          draft.write(name, Buffer.from(text.replace('\t1\t', '\tone\t')));
        }
      });
      await expect((await openNotes(folder)).get('a')).rejects.toMatchObject({
        code: 'DOCUMENT_INVALID',
        message: expect.stringMatching(/^document "a": .*no version of a schema$/),
      });
    }));

  it('serves the newest intact generation where the newest is damaged, and lets nobody build on it', () =>
    withFolder(async (folder) => {
      const before = await openNotes(folder);
      await before.put('a', note('one'));
      await before.put('b', note('two'));
      // Looks whether there is something to merge until then, and would tell of the damage too.
      await before.close();
      folder.flipByte(2, 'segment-2.jsonl');
      const notes = await openNotes(folder);
      expect((await notes.read()).keys()).toEqual(['a']);
      expect(folder.warnings).toEqual([expect.stringContaining('does not match its checksum')]);
      await expect(notes.put('c', note('three'))).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      await notes.rollback(1);
      await notes.put('c', note('three'));
      expect((await notes.read()).keys()).toEqual(['a', 'c']);
    }));

  it('lets nobody build on a segment that was damaged after it was read', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      await notes.put('a', note('one'));
      expect(await notes.get('a')).toEqual(note('one'));
      folder.flipByte(1, 'segment-1.jsonl');
      await expect(notes.put('b', note('two'))).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      folder.flipByte(1, 'segment-1.jsonl');
      await notes.put('b', note('two'));
      expect((await (await openNotes(folder)).read()).keys()).toEqual(['a', 'b']);
    }));

  it('refuses a document’s store, and keys that are none', () =>
    withFolder(async (folder) => {
      const document = await folder.keep(openDocument(folder.directory, noteSchema));
      const notes = await openNotes(folder);
      await document.update(() => note('one'));
      await expect(openCollection(folder.directory, noteSchema)).rejects.toMatchObject({ code: 'NOT_A_DOCUMENT' });
      await expect(notes.read()).rejects.toMatchObject({ code: 'NOT_A_DOCUMENT' });
      await expect(notes.put('a', note('one'))).rejects.toMatchObject({ code: 'NOT_A_DOCUMENT' });
    }));

  it.each([[''], ['k'.repeat(1001)], [5], [undefined]])('refuses %j as a key', (key) =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder);
      const refused = { code: 'INVALID_ARGUMENT' };
      await expect(Reflect.apply(notes.put, notes, [key, note('one')])).rejects.toMatchObject(refused);
      await expect(Reflect.apply(notes.get, notes, [key])).rejects.toMatchObject(refused);
      await expect(Reflect.apply(notes.delete, notes, [key])).rejects.toMatchObject(refused);
    }),
  );

  it('is not ended by a subscriber that throws, of whom the process is warned', () =>
    withFolder(async (folder) => {
      const notes = await folder.keep(openCollection(folder.directory, noteSchema));
      const warned = once(process, 'warning');
      notes.subscribe(async () => Promise.reject(new Error('mine')));
      const message = 'subscribe: a listener failed at generation 0: Error: mine';
      expect(await warned).toMatchObject([{ message }]);
    }));

  it('tells subscribers of changes by others', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openNotes(folder), await openNotes(folder)];
      const told: number[] = [];
      one.subscribe(({ count }) => told.push(count));
      await until(() => told.length === 1);
      await other.put('a', note('one'));
      await until(() => told.length === 2);
      expect(told).toEqual([0, 1]);
    }));
});

/** How many bytes all files take that are written by putting one document into a collection of `count`. */
async function bytesOfOnePut(count: number): Promise<number> {
  const { fileSystem } = processEnvironment;
  let written = 0;
  const counted =
    <Rest extends readonly unknown[], Answer>(write: (file: string, content: Uint8Array, ...rest: Rest) => Answer) =>
    (file: string, content: Uint8Array, ...rest: Rest): Answer => {
      written += content.byteLength;
      return write(file, content, ...rest);
    };
  const environment = withCalls({
    createFile: counted(fileSystem.createFile),
    writeFile: counted(fileSystem.writeFile),
    writeUnsynced: counted(fileSystem.writeUnsynced),
  });
  await withFolder(async (folder) => {
    const notes = await folder.keep(openCollection(folder.directory, noteSchema, { environment }));
    await notes.update((draft) => {
      for (let index = 0; index < count; index++) draft.put(`key ${index}`, note('x'.repeat(200)));
    });
    written = 0;
    await notes.put('key 50', note('y'.repeat(200)));
  });
  return written;
}

it('a put writes what it changes, however many documents there are', async () => {
  const [few, many] = [await bytesOfOnePut(100), await bytesOfOnePut(10_000)];
  expect(few).toBeGreaterThan(200);
  expect(many).toBeLessThan(2 * few);
});

describe('the segments of a collection', () => {
  const text = 'x'.repeat(1000);

  it('hold small changes together, so that a commit writes one file and there are few', () =>
    withFolder(async (folder) => {
      const notes = await openNotes(folder, { durability: 'deferred' });
      for (let index = 0; index < 12; index++) await notes.put(`key ${index}`, note('small'));
      expect([...(await notes.store.snapshot()).files.keys()]).toEqual(['segment-12.jsonl']);
      await notes.put('large', note('x'.repeat(20_000)));
      expect((await notes.store.snapshot()).files.size).toBe(2);
    }));

  it('are merged behind the changes, which changes no document and tells no subscriber', () =>
    withFolder(async (folder) => {
      const [notes, other] = [await openNotes(folder, { durability: 'deferred' }), await openNotes(folder)];
      const expected = new Map<string, { text: string }>();
      let told = 0;
      other.subscribe(() => told++);
      for (let change = 0; change < 10; change++) {
        await notes.update((draft) => {
          for (let index = 0; index < 20; index++) {
            const key = `key ${(change * 13 + index) % 60}`;
            draft.put(key, note(`${change} ${text}`));
            expected.set(key, note(`${change} ${text}`));
          }
        });
      }
      await notes.delete('key 5');
      expected.delete('key 5');
      await notes.close();
      const view = await other.read();
      expect(new Map(await contentOf(view))).toEqual(expected);
      expect(view.count).toBe(expected.size);
      const reasons = (await other.history()).map(({ reason }) => reason);
      expect(reasons.some((reason) => /^merged \d+ segments$/.test(reason))).toBe(true);
      expect(view.changedIn).toBeLessThanOrEqual(view.generation);
      expect((await other.store.snapshot()).files.size).toBeLessThan(8);
      expect(told).toBeLessThanOrEqual(12);
    }));
});
