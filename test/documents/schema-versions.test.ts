import { expect, test } from 'vitest';
import { z } from 'zod';
import { openCollection } from '../../dist/documents/index.js';
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
