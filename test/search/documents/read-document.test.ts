import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { discover, readDocument } from '../../../dist/search/documents/index.js';
import { asOrdinaryUser, makePipe, projectWith } from './project-folder.js';

test('a document is read with the state that discovery sees', async () => {
  const root = projectWith({ 'a b/ü.md': 'text' });
  const { bytes, ...state } = readDocument(root, 'a b/ü.md');
  expect(Buffer.from(bytes).toString()).toBe('text');
  expect((await discover({ root })).documents).toEqual([{ path: 'a b/ü.md', ...state }]);
});

test('an empty document has no bytes', () => {
  expect(readDocument(projectWith({ 'a.md': '' }), 'a.md').bytes.byteLength).toBe(0);
});

test('a document as large as the limit is read, one byte more is refused', () => {
  const root = projectWith({ 'a.md': 'x'.repeat(10) });
  expect(readDocument(root, 'a.md', { maximumBytes: 10 }).sizeBytes).toBe(10);
  expect(() => readDocument(root, 'a.md', { maximumBytes: 9 })).toThrow(
    expect.objectContaining({
      code: 'DOCUMENT_TOO_LARGE',
      message: 'document a.md: expected at most 9 bytes, found 10',
    }),
  );
});

test.each(['../a.md', '/etc/passwd', 'x/../../a.md', 'x/./a.md', '', 'x//a.md', 'a.md\0'])(
  '%j is no path inside the root',
  (path) => {
    const root = projectWith({ 'a.md': '', 'x/a.md': '' });
    expect(() => readDocument(root, path)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  },
);

test('symlinks are not followed, to the document or on the way to it', () => {
  const outside = projectWith({ 'a.md': 'secret' });
  const root = projectWith({ 'x/b.md': '' });
  symlinkSync(join(outside, 'a.md'), join(root, 'a.md'));
  symlinkSync(outside, join(root, 'out'));
  symlinkSync('x', join(root, 'y'));
  for (const path of ['a.md', 'out/a.md', 'y/b.md']) {
    expect(() => readDocument(root, path)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }));
  }
});

test('a document that is gone, also with its folder, is not found', () => {
  const root = projectWith({ 'a.md': '' });
  for (const path of ['b.md', 'x/b.md', 'a.md/b.md']) {
    expect(() => readDocument(root, path)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }));
  }
});

test('a pipe and a folder are refused without waiting', () => {
  const root = projectWith({ 'folder.md/': '' });
  makePipe(root, 'pipe.md');
  for (const path of ['pipe.md', 'folder.md']) {
    expect(() => readDocument(root, path)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }));
  }
});

test('a document that this user may not read is refused', async () => {
  const root = projectWith({ 'a.md': '' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'a.md'), 0o000);
  await asOrdinaryUser(() =>
    expect(() => readDocument(root, 'a.md')).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNREADABLE' })),
  );
});

test.skipIf(process.platform !== 'linux')('a file that claims to be empty is read to its end', () => {
  const root = `/proc/${process.pid}`;
  expect(statSync(`${root}/status`).size).toBe(0);
  expect(readDocument(root, 'status').bytes.byteLength).toBeGreaterThan(100);
});
