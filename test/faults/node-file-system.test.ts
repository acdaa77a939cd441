import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { type Fault, whileFailing } from './failing-calls.js';

const { fileSystem } = processEnvironment;
const LARGE = new Uint8Array(600 * 1024).fill(7);
let folder = '';
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

/** What becomes of `action` if the chosen call in the folder fails so. */
async function failingAt<T>(from: number, fault: Fault, action: () => Promise<T>): Promise<T> {
  return (await whileFailing({ directory: folder, from, isLasting: false, fault }, action)).value;
}

describe('a large file', () => {
  test('is written to its last byte, though the system takes less at once', async () => {
    await failingAt(1, { kind: 'short write' }, () => fileSystem.writeFile(at('large'), LARGE, { sync: true }));
    expect(Buffer.compare(fs.readFileSync(at('large')), LARGE)).toBe(0);
  });

  test('that finds no space says so', async () => {
    const full: Fault = { kind: 'code', code: 'ENOSPC' };
    const writing = failingAt(1, full, () => fileSystem.writeFile(at('large'), LARGE, { sync: false }));
    await expect(writing).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('a file', () => {
  test('into which somebody else writes at the same time is not taken for written', async () => {
    const writing = fileSystem.writeFile(at('file'), new Uint8Array(10), { sync: true });
    fs.appendFileSync(at('file'), 'more');
    await expect(writing).rejects.toThrow(/wrote 10 bytes, the file has 14/);
  });

  test('that was cut off since it was opened is not read beyond its end', () => {
    fs.writeFileSync(at('file'), 'content');
    const file = fileSystem.openFile(at('file'));
    fs.truncateSync(at('file'), 3);
    expect(() => file.read(0, 7)).toThrow(/file ends at 3, wanted 7 bytes/);
    file.close();
  });

  test('is closed once, however often that is said', () => {
    fs.writeFileSync(at('file'), 'content');
    const file = fileSystem.openFile(at('file'));
    file.close();
    // It gets the descriptor that the other one had.
    const next = fileSystem.openFile(at('file'));
    file.close();
    expect(Buffer.from(next.read(0, 7)).toString()).toBe('content');
    next.close();
  });
});

describe('a small file is replaced', () => {
  test('where a link is, and not where that leads', () => {
    fs.writeFileSync(at('elsewhere'), 'mine');
    fs.symlinkSync(at('elsewhere'), at('pointer'));
    fileSystem.replaceFile(at('pointer'), 'new', () => {});
    expect(fs.readFileSync(at('elsewhere'), 'utf8')).toBe('mine');
    expect([fs.lstatSync(at('pointer')).isFile(), fs.readFileSync(at('pointer'), 'utf8')]).toEqual([true, 'new']);
  });

  test('where an empty directory is, and not where something is in it', () => {
    fs.mkdirSync(at('pointer'));
    fileSystem.replaceFile(at('pointer'), 'new', () => {});
    expect(fs.readFileSync(at('pointer'), 'utf8')).toBe('new');
    fs.mkdirSync(at('full/inside'), { recursive: true });
    expect(() => fileSystem.replaceFile(at('full'), 'new', () => {})).toThrow(/ENOTEMPTY/);
  });
});

describe('a directory', () => {
  test.each(['EINVAL', 'ENOTSUP', 'ENOSYS'])('of a file system that cannot sync it (%s) is left as it is', (code) =>
    failingAt(1, { kind: 'code', code }, () => fileSystem.syncDirectory(folder)),
  );

  test('that the disk cannot sync says so', async () => {
    const syncing = failingAt(1, { kind: 'code', code: 'EIO' }, () => fileSystem.syncDirectory(folder));
    await expect(syncing).rejects.toMatchObject({ code: 'EIO' });
  });

  test('that is not there is on an unknown file system', () => {
    expect(fileSystem.typeOf(at('nothing'))).toBe('unknown');
  });

  test('that is removed while it is watched ends the watch, and nothing else', async () => {
    fs.mkdirSync(at('watched'));
    const watch = fileSystem.watchDirectory(at('watched'), () => {});
    fs.rmdirSync(at('watched'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    watch.close();
  });
});
