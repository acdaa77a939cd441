/** The folder of the example, without the library whose index it keeps. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ExampleFolder, installExample } from './example-folder.js';

interface Kept {
  change(change: (folder: string) => unknown): Promise<{ readonly generation: number }>;
  read<T>(use: (folder: string) => T): Promise<T>;
  close(): Promise<void>;
}

let example: ExampleFolder;
let kept: Kept;
beforeEach(async () => {
  example = installExample('snapshot-any-index', []);
  const { openSnapshotFolder } = await import(pathToFileURL(path.join(example.directory, 'snapshot-folder.js')).href);
  kept = await openSnapshotFolder(path.join(example.directory, 'kept'));
});
afterEach(async () => {
  await kept.close();
  example.remove();
});

const write = (text: string) => (folder: string) => fs.writeFileSync(path.join(folder, 'a'), text);
const newest = () => kept.read((folder) => fs.readFileSync(path.join(folder, 'a'), 'utf8'));

test('what the disk has damaged is not checked out, and becomes no new generation', async () => {
  await kept.change(write('text'));
  expect(await newest()).toBe('text');
  fs.writeFileSync(path.join(example.directory, 'kept/generations/0000000001/a'), 'TEXT');
  await expect(newest()).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
  await expect(kept.change(() => {})).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
});

test.skipIf(process.platform === 'win32')('a link that a change leaves is refused', async () => {
  await kept.change(write('text'));
  const link = (folder: string): void => fs.symlinkSync('a', path.join(folder, 'b'));
  await expect(kept.change(link)).rejects.toThrow('b is a link or no file');
  expect((await kept.change(write('more'))).generation).toBe(2);
});
