import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { FileLock, processEnvironment } from '../../../dist/store/index.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

describe('many instances on one project', () => {
  it('make one new generation of one save', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const instances = await startAll(project, 4);
    for (let save = 1; save <= 5; save++) {
      const before = (await instances[0]?.status())?.generation ?? 0;
      await project.write('a.md', `# A\n\nsave ${save}\n`);
      for (const instance of instances) await until(async () => (await instance.status()).generation > before);
      await pause(500);
      for (const instance of instances)
        expect(await instance.status()).toMatchObject({ generation: before + 1, stale: false });
    }
  });

  it('have exactly one indexer, and another as soon as that one leaves', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const instances = await startAll(project, 3);
    const leaving = instances.shift();
    await leaving?.close();
    await until(async () => (await rolesOf(instances)).filter((role) => role === 'indexer').length === 1);
    expect((await rolesOf(instances)).toSorted()).toEqual(['follower', 'indexer']);
    await project.write('b.md', '# B\n');
    for (const instance of instances) await until(async () => (await pathsIn(instance)).includes('b.md'));
  });

  it('leave once, and whoever closes one twice waits for that both times', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const [index] = await startAll(project, 1);
    const ended: string[] = [];
    await Promise.all(['first', 'second'].map((name) => index?.close().then(() => ended.push(name))));
    expect(ended).toEqual(['first', 'second']);
    expect(await readdir(`${project.indexPath}/instances`)).toEqual([]);
  });

  it('build the index anew when its directory is removed under them', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n' });
    const instances = await startAll(project, 3);
    // Instances go on writing there meanwhile.
    await rm(project.indexPath, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    await project.write('c.md', '# C\n');
    for (const instance of instances) await until(async () => (await pathsIn(instance)).length === 3);
    expect(await readdir(project.indexPath)).toContain('CURRENT');
  });

  it('make one generation of a folder of documents that gets another name', async () => {
    const names = Array.from({ length: 200 }, (_, number) => `${number}.md`);
    await using project = await projectWith(
      Object.fromEntries(names.map((name) => [`old/${name}`, `# Document ${name}\n`])),
    );
    const instances = await startAll(project, 2);
    for (const instance of instances) expect((await instance.status()).generation).toBe(1);
    await rename(join(project.root, 'old'), join(project.root, 'new'));
    for (const instance of instances) {
      await until(async () => (await pathsIn(instance)).includes('new/0.md'));
      expect((await pathsIn(instance)).toSorted()).toEqual(names.map((name) => `new/${name}`).toSorted());
      expect((await instance.status()).generation).toBe(2);
    }
  });

  it('leave the index removed while documents are removed as well', async () => {
    const names = Array.from({ length: 20 }, (_, number) => `${number}.md`);
    await using project = await projectWith(Object.fromEntries(names.map((name) => [name, '# A\n'])));
    const instances = await startAll(project, 3);
    await rm(project.indexPath, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    // Slower than the instances look.
    for (const name of names) {
      await project.remove(name);
      await pause(200);
      expect(existsSync(project.indexPath)).toBe(false);
    }
    for (const instance of instances) await until(async () => (await pathsIn(instance)).length === 0);
  });

  it('embed nothing that is known again when a branch is switched back', async () => {
    const original = { 'a.md': '# A\n\none\n', 'b.md': '# B\n', 'c.md': '# C\n' };
    await using project = await projectWith(original);
    const server = await embeddingServer();
    const instances = await startAll(project, 2, {
      embedding: { embedder: 'http', model: 'tiny', url: server.url },
    });
    for (const instance of instances) await untilEmbedded(instance, 3);
    expect(server.embedded).toHaveLength(3);
    await project.write('a.md', '# A\n\ntwo\n');
    await project.remove('b.md');
    for (const instance of instances) await untilEmbedded(instance, 2);
    expect(server.embedded.slice(3)).toEqual([expect.stringContaining('two')]);
    await project.write('a.md', original['a.md']);
    await project.write('b.md', original['b.md']);
    for (const instance of instances) await untilEmbedded(instance, 3);
    expect(server.embedded).toHaveLength(4);
    for (const instance of instances) expect((await instance.document({ path: 'a.md' })).text).toContain('one');
  });

  it('index in "none" coordination too, without doing the same twice', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const instances = await startAll(project, 3, { coordinationMode: 'none' });
    await project.write('b.md', '# B\n');
    for (const instance of instances) await until(async () => (await pathsIn(instance)).includes('b.md'));
    const { generations } = (await instances[0]?.history({})) ?? { generations: [] };
    expect(generations.reduce((sum, { added }) => sum + (added ?? 0), 0)).toBe(2);
  });
});

describe('a lock that another process holds for too long', () => {
  it('keeps a change pending, says so, and the change is there once the lock is free', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const [index] = await startAll(project, 1, { lockTimeoutMs: 50 });
    if (index === undefined) throw new Error('no instance');
    const held = await commitLockOf(project.indexPath).acquire({ mode: 'exclusive', holder: '0123456789abcdef-1' });
    await project.write('b.md', '# B\n');
    await until(async () => (await problemCodes(index)).includes('LOCK_TIMEOUT'));
    expect(await index.status()).toMatchObject({ stale: true, pendingChanges: 1, documents: 1 });
    await held.release();
    await untilCurrent(index);
    expect(await pathsIn(index)).toEqual(['a.md', 'b.md']);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('forgets changes that are undone while they wait, whatever undid them', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'old/b.md': '# B\n' });
    const instances = await startAll(project, 2, { lockTimeoutMs: 50 });
    const held = await commitLockOf(project.indexPath).acquire({ mode: 'exclusive', holder: '0123456789abcdef-1' });
    await rename(join(project.root, 'old'), join(project.root, 'new'));
    await project.write('c.md', '# C\n');
    for (const instance of instances) await until(async () => (await instance.status()).pendingChanges === 3);
    await rename(join(project.root, 'new'), join(project.root, 'old'));
    await project.write('.gitignore', 'c.md\n');
    for (const instance of instances) await untilCurrent(instance);
    for (const instance of instances)
      expect(await instance.status()).toMatchObject({ pendingChanges: 0, generation: 1 });
    await held.release();
  });
});

describe('a rollback', () => {
  it('holds every instance until it is resumed by any of them', async () => {
    await using project = await projectWith({ 'a.md': '# A\n' });
    const [one, other] = await startAll(project, 2);
    if (one === undefined || other === undefined) throw new Error('no instances');
    const { generation } = await one.status();
    await project.write('b.md', '# B\n');
    for (const instance of [one, other]) await until(async () => (await pathsIn(instance)).length === 2);
    await other.rollback({ generation, reason: 'b was a mistake' });
    await project.write('c.md', '# C\n');
    await pause(700);
    for (const instance of [one, other]) {
      expect(await pathsIn(instance)).toEqual(['a.md']);
      expect(await instance.status()).toMatchObject({ stale: true, hold: { rolledBackTo: generation } });
    }
    expect(await one.resume()).toMatchObject({ resumed: true });
    for (const instance of [one, other]) await until(async () => (await pathsIn(instance)).length === 3);
    for (const instance of [one, other]) await untilCurrent(instance);
  });
});

async function startAll(
  project: Project,
  count: number,
  options: NonNullable<Parameters<Project['open']>[0]> = {},
): Promise<ProjectIndex[]> {
  const instances: ProjectIndex[] = [];
  for (let instance = 0; instance < count; instance++) instances.push(await project.open(options));
  for (const instance of instances) instance.start();
  for (const instance of instances) await untilCurrent(instance);
  return instances;
}

/** Waits until so many passages have their vectors, and nothing is left to index. */
async function untilEmbedded(instance: ProjectIndex, passages: number): Promise<void> {
  await until(async () => {
    const { stale, embedding } = await instance.status();
    return !stale && embedding.embedded === passages && embedding.missing === 0;
  });
}

async function rolesOf(instances: readonly ProjectIndex[]): Promise<readonly string[]> {
  return ((await instances[0]?.status())?.instances ?? []).map((instance) => instance.role);
}

function commitLockOf(indexPath: string): FileLock {
  return new FileLock({
    path: `${indexPath}/commit.lock`,
    draftsPath: `${indexPath}/drafts`,
    environment: processEnvironment,
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
