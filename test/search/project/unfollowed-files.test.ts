import { describe, expect, it } from 'vitest';
import { type Project, projectWith, untilCurrent } from './temporary-project-index.js';

describe('who only reads, while no instance follows the files', () => {
  it('says how many documents differ, and which files cannot be indexed', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n' });
    await project.index();
    const before = await project.open({ mode: 'read' });
    expect(await before.status()).toMatchObject({ stale: false, pendingChanges: 0, problems: [] });
    await project.write('a.md', '# Z\n');
    await project.remove('b.md');
    await project.write('new.md', '# New\n');
    await project.write('latin1.md', Uint8Array.of(0xff));
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'Z' })).toMatchObject({ stale: true });
    const status = await index.status();
    expect(status).toMatchObject({ stale: true, pendingChanges: 3 });
    expect(status.problems.map(({ code }) => code)).toEqual(['DOCUMENT_NOT_UTF8']);
  });

  it('says beside it which files cannot be indexed', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'latin1.md': Uint8Array.of(0xff) });
    const server = await project.open();
    server.start();
    await untilCurrent(server);
    const index = await project.open({ mode: 'read' });
    const { stale, problems } = await index.status();
    expect([stale, problems.map(({ code }) => code)]).toEqual([false, ['DOCUMENT_NOT_UTF8']]);
  });

  it('counts under a hold what nobody is about to index', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const server = await project.open();
    server.start();
    await untilCurrent(server);
    await server.rollback({ generation: 1 });
    await project.write('a.md', '# Z\n');
    await project.write('new.md', '# New\n');
    const index = await project.open({ mode: 'read' });
    expect(await index.status()).toMatchObject({ stale: true, pendingChanges: 2 });
  });
});

describe('who only reads, beside an instance that follows the files', () => {
  it('says that all is indexed where it is', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const server = await project.open();
    server.start();
    await untilCurrent(server);
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'A' })).toMatchObject({ stale: false });
    expect(await index.status()).toMatchObject({ stale: false, pendingChanges: 0, problems: [] });
  });

  it.each([
    ['a document was added', (project: Project) => project.write('new.md', '# New\n')],
    ['a folder was added', (project: Project) => project.write('folder/deep/new.md', '# New\n')],
    ['a document was removed', (project: Project) => project.remove('guide/b.md')],
    ['a document was changed', (project: Project) => project.write('guide/b.md', '# Z\n')],
  ])('says that the index is behind if the instance does nothing: %s', async (_, change) => {
    await using project = await projectWith({ 'a.md': '# A\n', 'guide/b.md': '# B\n' });
    const server = await project.open({ debounceMs: 600_000 });
    server.start();
    await untilCurrent(server);
    await change(project);
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'A' })).toMatchObject({ stale: true });
    expect(await index.status()).toMatchObject({ stale: true, pendingChanges: 1 });
  });

  it('says so if the instance leaves out what it would index', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const server = await project.open({ exclude: ['new*'] });
    server.start();
    await untilCurrent(server);
    await project.write('new.md', '# New\n');
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'New' })).toMatchObject({ stale: true });
    expect(await index.status()).toMatchObject({ stale: true, pendingChanges: 1 });
  });

  it('is not misled by what is no document, or was only touched', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const server = await project.open();
    server.start();
    await untilCurrent(server);
    await project.write('notes.txt', 'no document');
    await project.write('a.md', '# A\n');
    const index = await project.open({ mode: 'read' });
    expect(await index.search({ query: 'A' })).toMatchObject({ stale: false });
  });
});
