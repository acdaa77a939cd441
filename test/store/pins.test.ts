import path from 'node:path';
import { expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { textOf, withStore } from './with-store.js';

test('a pin is set in one step, so that whoever dies in it leaves nothing unfinished', () =>
  withStore(async (folder) => {
    await folder.advance(2);
    const written: string[] = [];
    const note = (file: string): void => {
      if (path.basename(path.dirname(file)) === 'pins') written.push(path.basename(file));
    };
    const fileSystem: typeof processEnvironment.fileSystem = {
      ...processEnvironment.fileSystem,
      createFile: (file, bytes) => {
        note(file);
        processEnvironment.fileSystem.createFile(file, bytes);
      },
      writeFile: (file, bytes, options) => {
        note(file);
        return processEnvironment.fileSystem.writeFile(file, bytes, options);
      },
      rename: (from, to) => {
        note(to);
        processEnvironment.fileSystem.rename(from, to);
      },
    };
    const store = await folder.openOn(folder.storage({ ...processEnvironment, fileSystem }));
    await using old = await store.openGeneration(1);
    expect(await textOf(old, 'last')).toBe('0');
    expect(written).toEqual(folder.list('pins'));
  }));
