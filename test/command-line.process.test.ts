/** How the commands that run tests answer a command line that is wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const run = (...words: readonly string[]) => spawnSync(process.execPath, words, { encoding: 'utf8' });

beforeAll(() => {
  for (const project of ['model', 'torture'])
    expect(run('node_modules/typescript/bin/tsc', '-p', `test/${project}`)).toMatchObject({ status: 0 });
}, 60_000);

describe('a command line that is wrong', () => {
  it.each([
    ['test-dist/torture/torture.js --processes 4', '--processes 4: expected a whole number of at least 8'],
    ['test-dist/torture/torture.js --seconds abc', '--seconds abc: expected a number'],
    ['test-dist/torture/torture.js --folder /none/here', '--folder /none/here: expected an empty folder'],
    ['test-dist/model/main.js --nope', "Unknown option '--nope'"],
    ['test-dist/model/main.js --bug nope', '--bug nope: expected one of unconfirmed-claim, '],
    ['test/store/operations.mjs --count=-5', '--count -5: expected a whole number'],
  ])('%s is told in one line, and ends with 2', (words, text) => {
    const { status, stdout, stderr } = run(...words.split(' '));
    expect([status, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
    expect(stderr).toContain(text);
  });
});

it('a torture leaves the folder that it was given, empty', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapdex-torture-'));
  const torture = ['test-dist/torture/torture.js', '--check-synthetic', '50', '--folder', folder] as const;
  expect(run(...torture)).toMatchObject({ status: 0 });
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, 'mine'), '');
  expect(run(...torture)).toMatchObject({ status: 2 });
  rmSync(folder, { recursive: true });
});
