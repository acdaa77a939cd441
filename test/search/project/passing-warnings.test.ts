import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

test('a commit lock that cannot be taken is a warning until one can be', async () => {
  await using project = await projectWith({ 'a.md': '# A\n' });
  const index = await project.open();
  index.start();
  await untilCurrent(index);
  const lock = join(project.indexPath, 'commit.lock');
  await mkdir(join(project.root, 'elsewhere'));
  await symlink(join(project.root, 'elsewhere'), lock);
  await project.write('b.md', '# B\n');
  await until(async () => (await pathsIn(index)).length === 2);
  expect(await problemCodes(index)).toEqual(['STORE_WARNING']);
  await rm(lock);
  await project.write('c.md', '# C\n');
  await until(async () => (await pathsIn(index)).length === 3);
  await untilCurrent(index);
  expect(await problemCodes(index)).toEqual([]);
});
