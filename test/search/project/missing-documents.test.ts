import { existsSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Longer than two looks at the store. */
const TWO_LOOKS_MS = 1_500;

describe('what is moved away under a running server', () => {
  it('leaves the index as it is if it is the documents path, which is followed when it is back', async () => {
    await using project = await projectWith({ 'notes/a.md': '# A\n', 'notes/b.md': '# B\n' });
    const index = await project.open(settings);
    index.start();
    await untilCurrent(index);
    const { generation } = await index.status();
    const [notes, away] = ['notes', 'away'].map((name) => join(project.root, name)) as [string, string];
    renameSync(notes, away);
    await until(async () => (await problemCodes(index)).includes('DOCUMENTS_PATH_MISSING'));
    expect(await index.status()).toMatchObject({ stale: true, documents: 2, generation });
    renameSync(away, notes);
    await untilCurrent(index);
    expect(await index.status()).toMatchObject({ documents: 2, generation });
    expect(await problemCodes(index)).toEqual([]);
    await project.write('notes/c.md', '# C\n');
    await until(async () => (await index.status()).documents === 3);
  });

  it.each([
    ['a symlink', (notes: string, away: string) => symlinkSync(away, notes)],
    ['a file', (notes: string) => writeFileSync(notes, 'no document')],
  ])('leaves it so too where %s takes its place', async (_, put) => {
    await using project = await projectWith({ 'notes/a.md': '# A\n' });
    const index = await project.open(settings);
    index.start();
    await untilCurrent(index);
    const notes = join(project.root, 'notes');
    renameSync(notes, `${notes}-away`);
    put(notes, `${notes}-away`);
    await until(async () => (await problemCodes(index)).includes('DOCUMENTS_PATH_MISSING'));
    expect(await index.status()).toMatchObject({ stale: true, documents: 1 });
    await expect(project.index(settings)).rejects.toMatchObject({ code: 'DOCUMENTS_PATH_MISSING' });
  });

  it('gets no index in its place if it is the project', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    renameSync(project.root, `${project.root}-away`);
    await sleep(TWO_LOOKS_MS);
    const isMade = existsSync(project.root);
    const status = await index.status();
    const live = await index.live();
    renameSync(`${project.root}-away`, project.root);
    expect(isMade).toBe(false);
    expect(status).toMatchObject({ stale: true, documents: 1 });
    expect(status.problems[0]).toMatchObject({ code: 'ROOT_MISSING' });
    expect(live).toMatchObject({ documents: 1, instances: [] });
    await untilCurrent(index);
    expect(await pathsIn(index)).toEqual(['a.md']);
    await project.write('b.md', '# B\n');
    await until(async () => (await pathsIn(index)).length === 2);
  });
});
