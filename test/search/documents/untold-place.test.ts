import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findUntoldPlace } from '../../../dist/search/documents/index.js';
import { projectWith } from './project-folder.js';

test('on a local disk all changes are told; that is found out without writing there', async () => {
  const root = projectWith({ 'docs/a.md': '' });
  const folders = [root, join(root, 'docs')];
  const before = folders.map((folder) => statSync(folder).ctimeMs);
  expect(await findUntoldPlace({ root, documentsPath: ['docs', 'docs/a.md', 'nowhere'] })).toBeUndefined();
  expect(folders.map((folder) => statSync(folder).ctimeMs)).toEqual(before);
});
