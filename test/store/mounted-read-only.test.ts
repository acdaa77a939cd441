/** A store that is open while its file system becomes one that may only be read. */
import { expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';
import { textOf, withStore, writing } from './with-store.js';

test.each(['EROFS', 'EACCES', 'EPERM'])('an older generation is read without a pin (%s)', (code) =>
  withStore(async (folder) => {
    const { createFile, removeFile } = processEnvironment.fileSystem;
    let isReadOnly = false;
    const refuses = (): boolean => isReadOnly;
    const environment = withCalls({
      createFile: failing(code, refuses, createFile),
      removeFile: failing(code, refuses, removeFile),
    });
    const store = await folder.openOn(folder.storage(environment), { environment, collectAutomatically: false });
    for (const text of ['1', '2', '3']) await store.update(writing('a', text));
    isReadOnly = true;
    for (const generation of [1, 2]) {
      await using older = await store.openGeneration(generation);
      expect(await textOf(older, 'a')).toBe(String(generation));
    }
    expect(folder.warnings).toEqual([
      expect.stringMatching(`cannot be written \\(${code}\\), so nothing keeps an older`),
    ]);
    await expect(store.rollback(1)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    isReadOnly = false;
    await store.close();
  }),
);
