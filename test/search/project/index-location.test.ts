import { mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

async function untilRefused(index: ProjectIndex): Promise<void> {
  await until(async () => (await problemCodes(index)).includes('INDEX_OF_OTHER_PROJECT'));
  // Long enough for what is saved, looked for and merged to have come to the place where the link leads.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}

describe('a link that takes the place of an open index', () => {
  it('to the index of another project is told, and that index neither read nor written', async () => {
    await using other = await projectWith({ 'o.md': '# Other\n\nzymurgy\n', 'a.md': '# Not ours\n' });
    await other.index();
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open();
    index.start();
    await untilCurrent(index);

    await rename(project.indexPath, join(project.root, 'away'));
    await symlink(other.indexPath, project.indexPath);
    const { results, stale } = await index.search({ query: 'zymurgy' });
    expect([results.map(({ path }) => path).includes('o.md'), stale]).toEqual([false, true]);
    await project.write('b.md', '# B\n');
    await untilRefused(index);
    await expect(index.rollback({ generation: 1 })).rejects.toMatchObject({ code: 'INDEX_OF_OTHER_PROJECT' });
    const theirs = await other.open({ mode: 'read' });
    expect([(await theirs.status()).generation, await pathsIn(theirs)]).toEqual([1, ['a.md', 'o.md']]);

    await rm(project.indexPath);
    await rename(join(project.root, 'away'), project.indexPath);
    await untilCurrent(index);
    expect([await pathsIn(index), await problemCodes(index)]).toEqual([['a.md', 'b.md'], []]);
  });

  it('to an empty folder elsewhere is told, and nothing is made there', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'snapdex-elsewhere-'));
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    await rm(project.indexPath, { recursive: true });
    await symlink(elsewhere, project.indexPath);
    await untilRefused(index);
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it('to where the index was moved leads to the same index', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'snapdex-elsewhere-'));
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    await rename(project.indexPath, join(elsewhere, 'index'));
    await symlink(join(elsewhere, 'index'), project.indexPath);
    await project.write('b.md', '# B\n');
    await until(async () => (await pathsIn(index)).length === 2);
    await untilCurrent(index);
    await index.close();
    await rm(elsewhere, { recursive: true });
  });
});
