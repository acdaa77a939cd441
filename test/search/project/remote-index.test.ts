/** An index on S3, which machines with documents of their own share. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex, ProjectIndexOptions } from '../../../dist/search/index.js';
import { S3Server } from '../../store/s3/s3-server.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

const DOCUMENTS = { 'a.md': '# A\n\nalpha\n', 'b.md': '# B\n\nbeta\n' };

/** Opens the shared index as a machine with these documents, and a cache of its own, would. */
async function openOn(
  server: S3Server,
  project: Project,
  options: Partial<ProjectIndexOptions> = {},
): Promise<ProjectIndex> {
  const indexPath = server.locationOf('index', join(project.root, '.cache'));
  const index = await project.open({ indexPath, ...options });
  index.start();
  return index;
}

async function twoMachines(server: S3Server): Promise<
  AsyncDisposable & {
    readonly projects: readonly [Project, Project];
    readonly indexes: readonly [ProjectIndex, ProjectIndex];
  }
> {
  const projects = [await projectWith(DOCUMENTS), await projectWith(DOCUMENTS)] as const;
  const first = await openOn(server, projects[0]);
  await untilCurrent(first);
  const second = await openOn(server, projects[1]);
  await untilCurrent(second);
  return {
    projects,
    indexes: [first, second],
    [Symbol.asyncDispose]: async () => {
      for (const project of projects) await project[Symbol.asyncDispose]();
    },
  };
}

describe('an index on S3', () => {
  it('is made once for machines with the same documents', async () => {
    await using server = await S3Server.start();
    await using machines = await twoMachines(server);
    const generations = await Promise.all(machines.indexes.map(async (index) => (await index.status()).generation));
    expect(generations).toEqual([1, 1]);
    const [, second] = machines.indexes;
    expect(await second.status()).toMatchObject({ documents: 2, fileSystem: 's3', problems: [] });
    expect((await second.status()).indexPath).toMatch(/^s3:/);
  });

  it('has what was saved on any machine, whoever has it, and each machine indexes its own documents', async () => {
    await using server = await S3Server.start();
    await using machines = await twoMachines(server);
    for (const [place, project] of machines.projects.entries()) {
      await project.write('a.md', `# A\n\nsaved by machine ${place}\n`);
      // A document is shown as the machine's own file has it; what is indexed answers a search.
      for (const index of machines.indexes)
        await until(async () => {
          const { results } = await index.search({ query: 'saved' });
          return results[0]?.snippet.includes(`machine ${place}`) === true;
        });
    }
    const roles = (await machines.indexes[0].status()).instances.map(({ role }) => role);
    expect(roles).toEqual(['indexer', 'indexer']);
  });

  it('is rolled back for all machines', async () => {
    await using server = await S3Server.start();
    await using machines = await twoMachines(server);
    const [first, second] = machines.indexes;
    await machines.projects[0].remove('b.md');
    await until(async () => (await pathsIn(second)).length === 1);
    await first.rollback({ generation: 1 });
    expect(await pathsIn(second)).toEqual(['a.md', 'b.md']);
    expect((await second.status()).hold).toMatchObject({ rolledBackTo: 1 });
  });

  it('is taken as it is by who only reads, without a write, and whatever the files hold', async () => {
    await using server = await S3Server.start();
    await using writing = await projectWith(DOCUMENTS);
    await writing.index({ indexPath: server.locationOf('index', join(writing.root, '.cache')) });
    const { put, putIf, remove } = server.bucket.requests;
    await using bare = await projectWith({});
    const index = await openOn(server, bare, { readOnly: true });
    expect(await index.search({ query: 'alpha' })).toMatchObject({ stale: false, results: [{ path: 'a.md' }] });
    expect(await index.status()).toMatchObject({ documents: 2, problems: [] });
    expect(await index.document({ path: 'a.md' })).toMatchObject({ stale: false, changedSinceIndexed: false });
    const refusal = { code: 'STORE_READ_ONLY', remedy: expect.stringContaining('read_only') };
    await expect(index.indexNow()).rejects.toMatchObject(refusal);
    await expect(index.rollback({ generation: 1 })).rejects.toMatchObject(refusal);
    await expect(index.tag({ name: 'v1' })).rejects.toMatchObject(refusal);
    await expect(index.collect({ dryRun: false })).rejects.toMatchObject(refusal);
    const after = server.bucket.requests;
    expect([after.put, after.putIf, after.remove]).toEqual([put, putIf, remove]);
  });

  it('says to who only reads of a document that is here and another one, and nothing of those that are not', async () => {
    await using server = await S3Server.start();
    await using writing = await projectWith(DOCUMENTS);
    await writing.index({ indexPath: server.locationOf('index', join(writing.root, '.cache')) });
    await using older = await projectWith({ 'a.md': '# A\n\nOlder.\n' });
    const index = await openOn(server, older, { readOnly: true });
    const { stale, results } = await index.search({ query: 'alpha beta' });
    const files = results.map(({ path, fileNow }) => [path, fileNow]).toSorted();
    expect({ stale, files }).toEqual({
      stale: true,
      files: [
        ['a.md', 'changed'],
        ['b.md', undefined],
      ],
    });
  });

  it('is answered from with credentials that may only read, and says so', async () => {
    await using server = await S3Server.start();
    await using project = await projectWith(DOCUMENTS);
    await project.index({ indexPath: server.locationOf('index', join(project.root, '.cache')) });
    server.forbidden = 'writing';
    const index = await openOn(server, project);
    expect((await index.search({ query: 'beta' })).results[0]?.path).toBe('b.md');
    expect((await index.status()).problems).toMatchObject([
      { code: 'STORE_READ_ONLY', remedy: expect.stringContaining('credentials') },
    ]);
  });

  it('answers from what is loaded while the server does not answer, and says that it may be behind', async () => {
    await using server = await S3Server.start();
    await using project = await projectWith(DOCUMENTS);
    const index = await openOn(server, project);
    await untilCurrent(index);
    server.isSilent = true;
    expect(await index.search({ query: 'alpha' })).toMatchObject({ stale: true, results: [{ path: 'a.md' }] });
    server.isSilent = false;
    await until(async () => !(await index.search({ query: 'alpha' })).stale);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('is embedded anew by one machine only, so that two that are configured otherwise do not undo each other', async () => {
    await using server = await S3Server.start();
    const endpoint = await embeddingServer();
    await using machines = await twoMachines(server);
    const [first] = machines.indexes;
    await using third = await projectWith(DOCUMENTS);
    const other = await openOn(server, third, { embedding: { embedder: 'http', model: 'm', url: endpoint.url } });
    await until(async () => (await other.status()).embedding.missing === 0);
    const { generation } = await other.status();
    await until(async () => (await problemCodes(first)).includes('EMBEDDER_DIFFERS'));
    // Longer than an instance takes to look again.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect((await other.status()).generation).toBe(generation);
  });
});
