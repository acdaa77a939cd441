import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { type Project, pathsIn, projectWith, untilCurrent } from './temporary-project-index.js';

/** A running server on the folder `root` of the project, whose index lies beside it. */
async function serverOn(project: Project, root: string): Promise<ProjectIndex> {
  const index = await project.open({ root: join(project.root, root) });
  index.start();
  await untilCurrent(index);
  return index;
}

/** Documents of the first answers that do not say that they may be old. */
async function current(index: ProjectIndex): Promise<string> {
  await untilCurrent(index);
  return (await pathsIn(index)).join();
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

describe('an ignore file outside of what is watched', () => {
  it.each(['.gitignore', '.git/info/exclude'])(
    'counts as soon as it comes, changes or goes: %s',
    async (ignoreFile) => {
      await using project = await projectWith({ '.git/HEAD': '', 'sub/a.md': '# A\n', 'sub/b/c.md': '# C\n' });
      const index = await serverOn(project, 'sub');
      put(join(project.root, ignoreFile), 'b/\n');
      expect(await current(index)).toBe('a.md');
      put(join(project.root, ignoreFile), 'a.md\n');
      expect(await current(index)).toBe('b/c.md');
      rmSync(join(project.root, ignoreFile));
      expect(await current(index)).toBe('a.md,b/c.md');
      await project.write('sub/b/d.md', '# D\n');
      await expect.poll(() => pathsIn(index), { timeout: 10_000 }).toContain('b/d.md');
    },
  );

  it('no longer counts, or counts again, where the repository goes or comes', async () => {
    await using project = await projectWith({ '.gitignore': 'a.md\n', 'sub/a.md': '# A\n', 'sub/b.md': '# B\n' });
    const index = await serverOn(project, 'sub');
    expect(await current(index)).toBe('a.md,b.md');
    mkdirSync(join(project.root, '.git'));
    expect(await current(index)).toBe('b.md');
    rmSync(join(project.root, '.git'), { recursive: true });
    expect(await current(index)).toBe('a.md,b.md');
  });
});

describe('a root that is replaced under a running server', () => {
  it.each([
    ['', 'root', 'root2'],
    ['by a folder above it', 'par', 'par2'],
  ])('is followed at its place %s, and no answer of the old one says that it is current', async (_, old, next) => {
    const inside = old === 'par' ? '/root' : '';
    await using project = await projectWith({ [`${old}${inside}/a.md`]: '# A\n', [`${next}${inside}/c.md`]: '# C\n' });
    const index = await serverOn(project, `${old}${inside}`);
    renameSync(join(project.root, old), join(project.root, 'away'));
    renameSync(join(project.root, next), join(project.root, old));
    expect(await current(index)).toBe('c.md');
    await project.write(`${old}${inside}/d.md`, '# D\n');
    await expect.poll(() => pathsIn(index), { timeout: 10_000 }).toContain('d.md');
  });

  it('leaves the index as it is while nothing is there, and says so', async () => {
    await using project = await projectWith({ 'par/root/a.md': '# A\n' });
    const index = await serverOn(project, 'par/root');
    renameSync(join(project.root, 'par'), join(project.root, 'away'));
    expect(await index.status()).toMatchObject({ stale: true, documents: 1 });
    renameSync(join(project.root, 'away'), join(project.root, 'par'));
    expect(await current(index)).toBe('a.md');
  });
});
