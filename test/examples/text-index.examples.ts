/** An index of SQLite in generations, by programs that change it at once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

it('does what its README says', async () => {
  const page = readFileSync('examples/snapshot-any-index/README.md', 'utf8');
  const lines = [...page.matchAll(/^node text-index\.js \.\/texts (?<words>.+)$/gm)].map(
    ({ groups }) => groups?.words ?? '',
  );
  const shown = [];
  for (const line of lines) {
    const words = [...line.matchAll(/"(?<quoted>[^"]+)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    shown.push([...(await run(...words))].sort());
  }
  expect(shown).toEqual([['1'], ['2'], ['beer', 'bread'], ['3'], ['beer']]);
});

it('says how it is used, and what it does not understand', async () => {
  await run('add', 'tea', 'leaves');
  await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^usage: .+\n$/) });
  await expect(run('add', 'tea')).rejects.toMatchObject({ stderr: expect.stringMatching(/^usage: /) });
  await expect(run('find', '"')).rejects.toMatchObject({ stderr: 'error: unterminated string\n' });
});

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
