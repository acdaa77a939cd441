import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, json, snapdex, type TemporaryProject } from './temporary-project.js';

const REFUSAL = {
  error: {
    code: 'STORE_READ_ONLY',
    message: expect.stringContaining('it was opened read-only'),
    remedy: expect.stringContaining('leave `--read-only` (`read_only`) out'),
  },
};

/** What the folder holds, with the bytes of each file. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const bytes = await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'base64')] as const));
  return Object.fromEntries([
    ...entries.map(({ parentPath, name }) => [join(parentPath, name), ''] as const),
    ...bytes,
  ]);
}

/** An index that a repair would have something to do with, and a copy of it elsewhere. */
async function damagedProject(): Promise<TemporaryProject> {
  const project = await indexedProject();
  await json(['push', join(project.root, 'pushed'), '--root', project.root]);
  await project.write('docs/hops.md', '# Hops\n');
  await json(['index', '--root', project.root]);
  await truncate(join(project.root, '.snapdex/generations/0000000002/manifest.json'), 40);
  return project;
}

describe('an index that is to be read only', () => {
  it.each([
    [['repair']],
    [['tag', 'x']],
    [['tag', '--remove', 'x']],
    [['pull', 'pushed']],
    [['push', '.snapdex']],
    [['rollback', '1', '--yes']],
    [['resume']],
    [['collect']],
    [['index']],
  ])('is not written by %j, which says how it would be', async (words) => {
    await using project = await damagedProject();
    const before = await contentOf(project.root);
    const refused = await snapdex([...words, '--read-only', '--json'], { cwd: project.root });
    expect([refused.code, refused.stdout, await contentOf(project.root)]).toEqual([1, '', before]);
    expect(JSON.parse(refused.stderr.trimEnd().split('\n').at(-1) ?? '')).toEqual(REFUSAL);
  });

  it.each([
    ['a variable', { SNAPDEX_READ_ONLY: '1' }],
    ['a file', {}],
  ])('is not repaired where %s says so, and tells what would be', async (_by, environment) => {
    await using project = await damagedProject();
    if (Object.keys(environment).length === 0) await project.write('snapdex.toml', '[store]\nread_only = true\n');
    const before = await contentOf(project.root);
    const at = { cwd: project.root, environment };
    const refused = await snapdex(['repair', '--json'], at);
    expect([refused.code, JSON.parse(refused.stderr)]).toEqual([1, REFUSAL]);
    const planned = await snapdex(['repair', '--dry-run'], at);
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('would repair')]);
    expect(await contentOf(project.root)).toEqual(before);
  });

  it('is pushed elsewhere, where the target is made and written', async () => {
    await using project = await indexedProject();
    const before = await contentOf(join(project.root, '.snapdex'));
    const at = ['--root', project.root, '--read-only'];
    const place = join(project.root, 'pushed');
    expect(await json(['push', place, ...at])).toMatchObject({ target: place, isNew: true, arrived: [1] });
    expect(await json(['push', place, ...at])).toMatchObject({ isNew: false });
    expect(await contentOf(join(project.root, '.snapdex'))).toEqual(before);
    await rm(place, { recursive: true });
    expect(await json(['push', place, '--dry-run', ...at])).toMatchObject({ target: place, arrived: [1] });
  });
});
