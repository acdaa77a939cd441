import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

async function indexedProject(): Promise<Project> {
  const project = await projectWith({ 'a.md': '# A\n\nApricot.\n', 'b.md': '# B\n\nBilberry.\n' });
  await project.index();
  return project;
}

async function loseGenerations({ indexPath }: Project): Promise<void> {
  await rm(join(indexPath, 'generations'), { recursive: true });
  await mkdir(join(indexPath, 'generations'));
}

describe('an index that has lost all its generations', () => {
  it('is named to a reader, with what to do', async () => {
    await using project = await indexedProject();
    await loseGenerations(project);
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'apricot' })).toMatchObject({ generation: 0, stale: true, results: [] });
    expect((await index.status()).problems).toEqual([
      {
        code: 'GENERATION_DAMAGED',
        message: expect.stringContaining('generation 1'),
        remedy: expect.stringContaining('`snapdex index`'),
      },
    ]);
    expect(await readdir(join(project.indexPath, 'generations'))).toEqual([]);
  });

  it.each([['starts on it'], ['ran meanwhile']])('is made anew by a server that %s', async (when) => {
    await using project = await indexedProject();
    if (when === 'starts on it') await loseGenerations(project);
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    if (when === 'ran meanwhile') await loseGenerations(project);
    await until(async () => (await pathsIn(index)).join() === 'a.md,b.md');
    await untilCurrent(index);
    expect(await readdir(join(project.indexPath, 'generations'))).toEqual(['0000000001']);
    expect((await problemCodes(index)).filter((code) => code !== 'STORE_WARNING')).toEqual([]);
    expect(await index.verify()).toMatchObject({ ok: true });
  });
});
