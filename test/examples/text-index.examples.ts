/** An index of SQLite in generations, by programs that change it at once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';

const PROGRAM = join(process.cwd(), 'examples/snapshot-any-index/text-index.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapdex-text-index-'));
});
afterEach(async () => {
  const store = await SnapshotStore.open(join(folder, 'texts'), { readOnly: true });
  expect((await store.verify()).problems).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const run = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, join(folder, 'texts'), ...words]);
  return stdout.trim().split('\n');
};

it('finds what was added, also what was added at once, and goes back', async () => {
  expect(await run('add', 'tea', 'leaves and water')).toEqual(['1']);
  const names = ['ale', 'bock', 'cider', 'dunkel', 'export', 'faro'];
  await Promise.all(names.map((name) => run('add', name, 'water and yeast')));
  expect([...(await run('find', 'yeast'))].sort()).toEqual(names);
  expect([...(await run('find', 'water'))].sort()).toEqual([...names, 'tea']);

  await run('add', 'tea', 'all gone');
  expect(await run('find', 'leaves')).toEqual(['']);
  await run('undo');
  expect(await run('find', 'leaves')).toEqual(['tea']);
});
