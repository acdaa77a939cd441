import { appendFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentHashOf, isSameContent } from '../../../dist/search/indexing/file-reading.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'file-reading-')));
const file = join(root, 'a.md');
const text = Buffer.from('# A\n');
const indexed = { sizeBytes: text.length, contentHash: contentHashOf(text) };
const isSame = (maximumBytes = 1_000): boolean => isSameContent({ root, maximumBytes }, 'a.md', indexed);

function putLink(): void {
  rmSync(file);
  symlinkSync('b.md', file);
}

afterAll(() => rmSync(root, { recursive: true }));

test.each([
  { what: 'that was not touched', act: () => {}, expected: true },
  { what: 'with other bytes of the same number', act: () => writeFileSync(file, '# B\n'), expected: false },
  { what: 'that has grown', act: () => appendFileSync(file, 'more'), expected: false },
  { what: 'that is gone', act: () => rmSync(file), expected: false },
  { what: 'with a link in its place', act: () => putLink(), expected: false },
])('a file $what: the content is the same is $expected', ({ act, expected }) => {
  rmSync(file, { force: true });
  writeFileSync(file, text);
  writeFileSync(join(root, 'b.md'), text);
  act();
  expect(isSame()).toBe(expected);
});

test('a file longer than may be indexed is not the same', () => {
  rmSync(file, { force: true });
  writeFileSync(file, text);
  expect(isSame(3)).toBe(false);
});
