import { describe, expect, it } from 'vitest';
import { projectWith, untilCurrent } from './temporary-project-index.js';

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

  it('leaves the comparing to an instance that does', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const server = await project.open();
    server.start();
    await untilCurrent(server);
    const index = await project.open({ mode: 'read' });
    expect(await index.status()).toMatchObject({ stale: false, pendingChanges: 0, problems: [] });
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
