import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Project, pathsIn, problemCodes, projectWith, untilCurrent } from './temporary-project-index.js';

const BREWERY = { 'README.md': '# Brewery\n', 'hops.md': '# Hops\n', 'malt.md': '# Malt\n' };
const ORCHARD = { 'README.md': '# Orchard\n', 'apple.md': '# Apple\n', 'pear.md': '# Pear\n' };

/** Two projects, and the index of the first one outside of both. */
async function twoProjects(
  second: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly first: Project; readonly second: Project; readonly indexPath: string }> {
  const place = await projectWith({});
  const projects = { first: await projectWith(BREWERY), second: await projectWith(second) };
  await projects.first.index({ indexPath: place.indexPath });
  return {
    ...projects,
    indexPath: place.indexPath,
    [Symbol.asyncDispose]: async () => {
      for (const project of [projects.first, projects.second, place]) await project[Symbol.asyncDispose]();
    },
  };
}

it('an index of another project is refused and stays as it is', async () => {
  await using there = await twoProjects(ORCHARD);
  const { first, second, indexPath } = there;
  const refusal = { code: 'INDEX_OF_OTHER_PROJECT', message: expect.stringContaining(first.root) };
  await expect(second.index({ indexPath })).rejects.toMatchObject(refusal);
  await expect(second.open({ indexPath })).rejects.toMatchObject(refusal);
  await using reader = await second.open({ indexPath, mode: 'read' });
  expect(await pathsIn(reader)).toEqual(Object.keys(BREWERY));
  expect(await problemCodes(reader)).toEqual(['INDEX_OF_OTHER_PROJECT']);
});

it('an index that another project has filled meanwhile is refused by who has it open', async () => {
  await using there = await twoProjects(ORCHARD);
  const indexPath = join(there.second.root, '..', `${there.second.root}-index`);
  await using late = await there.second.open({ indexPath, mode: 'once' });
  await there.first.index({ indexPath });
  await expect(late.indexNow()).rejects.toMatchObject({ code: 'INDEX_OF_OTHER_PROJECT' });
  expect(await pathsIn(late)).toEqual(Object.keys(BREWERY));
  await rm(indexPath, { recursive: true });
});

it('a project whose documents were all replaced has its index still', async () => {
  await using there = await twoProjects({});
  const { first, indexPath } = there;
  for (const path of Object.keys(BREWERY)) await first.remove(path);
  for (const [path, text] of Object.entries(ORCHARD)) await first.write(path, text);
  expect(await first.index({ indexPath })).toMatchObject({ added: 2, changed: 1, removed: 2 });
});

it('a project that has moved has its index still, whatever has become of its documents', async () => {
  await using there = await twoProjects({});
  const { first, second, indexPath } = there;
  await rename(first.root, join(second.root, 'moved'));
  await rename(join(second.root, 'moved', 'hops.md'), join(second.root, 'moved', 'hop.md'));
  await using moved = await second.open({ root: join(second.root, 'moved'), indexPath });
  moved.start();
  await untilCurrent(moved);
  expect(await pathsIn(moved)).toEqual(['README.md', 'hop.md', 'malt.md']);
});

it('a second clone may use the index of the first one', async () => {
  await using there = await twoProjects({ ...BREWERY, 'malt.md': '# Malt, wheat\n', 'wort.md': '# Wort\n' });
  expect(await there.second.index({ indexPath: there.indexPath })).toMatchObject({ added: 1, changed: 1, removed: 0 });
});

it('an index inside the project is its own, wherever it was copied from', async () => {
  await using there = await twoProjects(ORCHARD);
  await cp(there.indexPath, there.second.indexPath, { recursive: true });
  expect(await there.second.index()).toMatchObject({ added: 2, changed: 1, removed: 2 });
});

it('a folder of the project, or one above it, may become its root', async () => {
  await using there = await twoProjects({});
  const { first, indexPath } = there;
  await first.write('docs/yeast.md', '# Yeast\n');
  expect(await first.index({ root: join(first.root, 'docs'), indexPath })).toMatchObject({ added: 1, removed: 3 });
  expect(await first.index({ indexPath })).toMatchObject({ added: 4, removed: 1 });
});
