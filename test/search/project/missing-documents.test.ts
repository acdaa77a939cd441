import { describe, expect, it } from 'vitest';
import { pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

const settings = { documentsPath: ['notes'] };

describe('where no documents path exists', () => {
  it('nothing is indexed, and what the index has stays', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    await project.index();
    await expect(project.index(settings)).rejects.toMatchObject({ code: 'DOCUMENTS_PATH_MISSING' });
    const index = await project.open({ mode: 'read', ...settings });
    expect(await pathsIn(index)).toEqual(['a.md']);
    expect(await problemCodes(index)).toContain('DOCUMENTS_PATH_MISSING');
  });

  it('a running server says so, and follows the path once it is there', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    await project.index();
    const index = await project.open(settings);
    index.start();
    await until(async () => (await problemCodes(index)).includes('DOCUMENTS_PATH_MISSING'));
    expect(await index.status()).toMatchObject({ stale: true, documents: 1 });
    await project.write('notes/b.md', '# B\n');
    await untilCurrent(index);
    expect(await pathsIn(index)).toEqual(['notes/b.md']);
    expect(await problemCodes(index)).toEqual([]);
  });
});
