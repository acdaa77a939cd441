import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectWith } from './temporary-project-index.js';

it('a link is broken only if nothing in the project is where it leads', async () => {
  const links = [
    'docs',
    'docs/',
    '/docs',
    'LICENSE',
    'docs/Makefile',
    'drafts/b.md',
    '.github',
    'absent',
    'docs/absent/',
  ];
  await using project = await projectWith({
    'a.md': links.map((target) => `[x](${target})\n`).join('\n'),
    'docs/Makefile': 'all:\n',
    'drafts/b.md': '# Excluded\n',
    '.github/CODEOWNERS': '',
    LICENSE: 'MIT\n',
  });
  await project.index({ exclude: ['drafts'] });
  const index = await project.open({ mode: 'read' });
  const { brokenLinks } = await index.related({ path: 'a.md' });
  expect(brokenLinks.map(({ target }) => target)).toEqual(['absent', 'docs/absent/']);
});

it('a link that leaves the project is broken, also through a symlink', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'snapdex-outside-'));
  await using project = await projectWith({
    'a.md': '[x](../)\n\n[y](out/secret)\n\n[z](inside/kept)\n',
    'b/kept': '',
  });
  await writeFile(join(outside, 'secret'), '');
  await symlink(outside, join(project.root, 'out'));
  await symlink('b', join(project.root, 'inside'));
  await project.index();
  const index = await project.open({ mode: 'read' });
  const { brokenLinks } = await index.related({ path: 'a.md' });
  await rm(outside, { recursive: true });
  expect(brokenLinks.map(({ target }) => target)).toEqual(['../', 'out/secret']);
});

it('what is linked twice on one line is listed once', async () => {
  await using project = await projectWith({
    'a.md': '[badge](b.md) [words](b.md) [part](b.md#part) [x](absent) [y](absent)\n\n[again](b.md)\n',
    'b.md': '# B\n\n## Part\n',
  });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const { links, brokenLinks } = await index.related({ path: 'a.md' });
  expect(links.map(({ path, anchor, line }) => `${path}#${anchor}:${line}`)).toEqual([
    'b.md#:1',
    'b.md#part:1',
    'b.md#:3',
  ]);
  expect(brokenLinks).toEqual([{ target: 'absent', anchor: '', line: 1 }]);
  expect((await index.related({ path: 'b.md' })).backlinks).toHaveLength(3);
});

it.each(['NFC', 'NFD'] as const)('a document whose name is %s is found by its other form', async (form) => {
  const name = 'größe.md'.normalize(form);
  const asked = name.normalize(form === 'NFC' ? 'NFD' : 'NFC');
  await using project = await projectWith({ [name]: '# Größe\n' });
  await project.index();
  const index = await project.open({ mode: 'read' });
  const found = await index.document({ path: asked });
  expect(found).toMatchObject({ path: name, text: '# Größe\n', changedSinceIndexed: false });
  expect(await index.related({ path: asked })).toMatchObject({ path: name });
});
