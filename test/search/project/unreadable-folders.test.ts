import { chmod, mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asOrdinaryUser } from '../documents/project-folder.js';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

type Index = Awaited<ReturnType<Project['open']>>;

// Elsewhere the regular comparison finds it.
test.runIf(process.platform === 'linux').each([
  { mode: 0o000, what: 'neither listed nor entered' },
  { mode: 0o311, what: 'entered and not listed' },
  { mode: 0o444, what: 'listed and not entered' },
])('a folder that can be $what is a problem until it can, and its documents stay', async ({ mode }) => {
  await asOrdinaryUser(async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'locked/b.md': '# B\n' });
    const index = await served(project);
    await chmod(join(project.root, 'locked'), mode);
    await untilProblemsAre(index, ['FOLDER_UNREADABLE']);
    await project.write('c.md', '# C\n');
    await until(async () => (await pathsIn(index)).join() === 'a.md,c.md,locked/b.md');
    expect(await problemCodes(index)).toEqual(['FOLDER_UNREADABLE']);
    await chmod(join(project.root, 'locked'), 0o755);
    await untilProblemsAre(index, []);
    await project.write('locked/b.md', '# Bilberry\n');
    await until(async () => (await index.search({ query: 'bilberry' })).results.length === 1);
  });
});

test.runIf(process.platform === 'linux')(
  'a folder that comes and cannot be read is a problem until it goes',
  async () => {
    await asOrdinaryUser(async () => {
      await using project = await projectWith({ 'a.md': '# A\n' });
      const index = await served(project);
      await mkdir(join(project.root, 'new'), { mode: 0o000 });
      await untilProblemsAre(index, ['FOLDER_UNREADABLE']);
      await rmdir(join(project.root, 'new'));
      await untilProblemsAre(index, []);
    });
  },
);

test('an ignore file that cannot be read is a problem until it can be', async () => {
  await asOrdinaryUser(async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n', '.gitignore': 'b.md\n' });
    await chmod(join(project.root, '.gitignore'), 0o000);
    const index = await served(project);
    expect(await problemCodes(index)).toEqual(['IGNORE_FILE_UNREADABLE']);
    await chmod(join(project.root, '.gitignore'), 0o644);
    await untilProblemsAre(index, []);
    await until(async () => (await pathsIn(index)).join() === 'a.md');
  });
});

test('an index that cannot be read is a problem until it can be', async () => {
  await asOrdinaryUser(async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await served(project);
    // What was committed is on the disk by then.
    await pause(2_000);
    await chmod(project.indexPath, 0o000);
    await project.write('b.md', '# B\n');
    await until(async () => (await index.status().catch(() => undefined)) === undefined);
    await pause(1_000);
    await chmod(project.indexPath, 0o755);
    await untilProblemsAre(index, []);
    await untilCurrent(index);
    expect(await pathsIn(index)).toEqual(['a.md', 'b.md']);
  });
});

async function served(project: Project): Promise<Index> {
  const index = await project.open();
  index.start();
  await untilCurrent(index);
  return index;
}

async function untilProblemsAre(index: Index, codes: readonly string[]): Promise<void> {
  await until(async () => (await problemCodes(index)).join() === codes.join());
}
