import { expect, test } from 'vitest';
import { z } from 'zod';
import { openCollection, openDocument } from '../../dist/documents/index.js';
import { withFolder } from './document-folder.js';

test('a program of an older version replaces and deletes nothing that a newer one wrote', () =>
  withFolder(async (folder) => {
    const older = await folder.keep(openCollection(folder.directory, z.any()));
    const newer = await folder.keep(
      openCollection(folder.directory, z.any(), { version: 2, migrate: (value) => value }),
    );
    await newer.put('a', { name: 'Ada', born: 1815 });
    await older.put('b', { name: 'Bob' });
    for (const change of [older.put('a', { name: 'Eve' }), older.delete('a')])
      await expect(change).rejects.toMatchObject({
        code: 'DOCUMENT_NEWER',
        message: expect.stringMatching(/^document "a": /),
      });
    expect(await newer.get('a')).toEqual({ name: 'Ada', born: 1815 });
    await newer.delete('a');
    await older.put('a', { name: 'Eve' });
    expect(await newer.get('a')).toEqual({ name: 'Eve' });
  }));

test.each([
  ['nothing', () => undefined],
  ['a number that JSON has not', () => ({ born: Number.NaN })],
  ['a function', () => () => {}],
  ['a big integer', () => 1n],
])('a migration to %s has failed', (_, migrate) =>
  withFolder(async (folder) => {
    await (await folder.keep(openCollection(folder.directory, z.any()))).put('a', 1);
    const newer = await folder.keep(openCollection(folder.directory, z.any(), { version: 2, migrate }));
    await expect(newer.get('a')).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_MIGRATED',
      message: expect.stringMatching(/^document "a": .* the migrate function failed: what it returned: /),
    });
  }),
);

const schemaThat = (validate: () => unknown) => ({ '~standard': { version: 1, vendor: 'test', validate } });

test.each([
  ['throws', () => JSON.parse('no'), /failed: SyntaxError: /],
  ['answers nothing', () => undefined, /answers neither a value nor issues$/],
  ['answers neither', () => ({}), /answers neither/],
  ['answers issues that are no list', () => ({ issues: 1 }), /answers neither/],
  ['answers an issue without a message', () => ({ issues: [{}] }), /answers neither/],
  ['answers an issue in no place', () => ({ issues: [{ message: 'no', path: [null] }] }), /answers neither/],
])('a schema that %s is told with the name of the document', (_, validate, message) =>
  withFolder(async (folder) => {
    const schema = schemaThat(validate);
    const document = await Reflect.apply(openDocument, undefined, [folder.directory, schema]);
    folder.keep(Promise.resolve(document));
    const changed = expect(document.update(() => 1)).rejects;
    await changed.toMatchObject({ code: 'DOCUMENT_INVALID', message: expect.stringMatching(message) });
    await expect(document.update(() => 1)).rejects.toThrow(/^document: the validate function of its schema /);
  }),
);
