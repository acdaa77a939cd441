import { describe, expect, it } from 'vitest';
import { pathsIn, projectWith, until, untilCurrent } from './temporary-project-index.js';

const DOCUMENTS = { 'a.md': '# A\n', 'drafts/x.md': '# X\n', 'docs/deep/y.md': '# Y\n' };

describe('a document that the settings leave out from now on', () => {
  it.each([
    ['by an exclude pattern', { exclude: ['drafts'] }, 'a.md,docs/deep/y.md'],
    ['by an include pattern', { include: ['docs/**/*.md'] }, 'docs/deep/y.md'],
    ['by documents_path', { documentsPath: ['docs'] }, 'docs/deep/y.md'],
    ['without recursion', { recursive: false }, 'a.md'],
  ])('leaves the index %s, and what is written to it stays out', async (_how, settings, left) => {
    await using project = await projectWith(DOCUMENTS);
    await project.index();
    await project.write('drafts/x.md', '# X\n\nsecret\n');
    expect(await project.index(settings)).toMatchObject({ added: 0, changed: 0 });
    const index = await project.open({ mode: 'read', ...settings });
    expect((await pathsIn(index)).join()).toBe(left);
    expect((await index.search({ query: 'secret' })).results).toEqual([]);
    expect(await project.index(settings)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  it('leaves the index when an ignore file names it, also under a running server', async () => {
    await using project = await projectWith(DOCUMENTS);
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    await project.write('.gitignore', 'drafts/\n');
    await until(async () => !(await pathsIn(index)).includes('drafts/x.md'));
    await project.write('drafts/x.md', '# X\n\nsecret\n');
    await project.write('a.md', '# A\n\nafterwards\n');
    await until(async () => (await index.search({ query: 'afterwards' })).results.length > 0);
    expect((await index.search({ query: 'secret' })).results).toEqual([]);
    await project.write('.gitignore', '');
    await until(async () => (await index.search({ query: 'secret' })).results.length > 0);
  });
});
