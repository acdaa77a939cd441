import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, json, snapdex, type TemporaryProject, temporaryProject } from './temporary-project.js';

/** Generation 1 is the first indexing; in generation 2 one document was changed, one moved, one removed and one added. */
async function changedProject(): Promise<TemporaryProject> {
  const project = await indexedProject();
  const yeast = await readFile(join(project.root, 'docs/yeast.md'), 'utf8');
  await project.write('docs/microbes/yeast.md', yeast);
  await project.write('README.md', '# Brewery\n\nClosed.\n');
  await project.write('docs/hops.md', '# Hops\n');
  await project.remove('docs/yeast.md');
  await project.remove('docs/größe und maß.md');
  await json(['index', '--root', project.root]);
  return project;
}

describe('tag', () => {
  it('names a generation, lists it and takes the name away again', async () => {
    await using project = await changedProject();
    const at = ['--root', project.root];
    expect(await json(['tag', 'first', '1', ...at])).toMatchObject({ name: 'first', generation: 1 });
    expect(await json(['tag', 'now', ...at])).toMatchObject({ name: 'now', generation: 2 });
    expect((await snapdex(['tag', ...at])).stdout).toMatch(/first +1 [\s\S]+now +2 /);
    expect(await json(['tag', '--remove', 'first', ...at])).toEqual({ removed: 'first' });
    expect(await json(['tag', ...at])).toMatchObject({ tags: [{ name: 'now' }] });
  });

  it('keeps its generation', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    await project.write('snapdex.toml', '[store]\nkeep_generations = 1\nminimum_age_seconds = 0\n');
    expect(await json(['collect', '--root', project.root])).toMatchObject({ retired: [], kept: [1, 2] });
  });

  it.each([
    [['tag', 'now'], 'TAG_EXISTS'],
    [['tag', 'then', '4711'], 'GENERATION_NOT_FOUND'],
    [['tag', 'a/b'], 'INVALID_NAME'],
    [['tag', '--remove', 'then'], 'TAG_NOT_FOUND'],
  ])('%j fails with %s', async (words, code) => {
    await using project = await indexedProject();
    await json(['tag', 'now', '--root', project.root]);
    const outcome = await snapdex([...words, '--json', '--root', project.root]);
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code, remedy: expect.any(String) } });
  });

  it('makes no index where there is none', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['tag', 'now', '--root', project.root]);
    expect([code, await readdir(project.root)]).toEqual([1, expect.not.arrayContaining(['.snapdex'])]);
    expect(stderr).toContain('STORE_NOT_FOUND');
  });
});

describe('diff', () => {
  it('tells which documents were added, changed, removed and renamed', async () => {
    await using project = await changedProject();
    const { documents } = Object(await json(['diff', '1', '2', '--root', project.root]));
    expect(documents).toMatchObject({
      added: [{ path: 'docs/hops.md' }],
      changed: [{ path: 'README.md' }],
      removed: [{ path: 'docs/größe und maß.md' }],
      renamed: [{ from: 'docs/yeast.md', to: 'docs/microbes/yeast.md' }],
      unchanged: 1,
    });
  });

  it('takes tags, compares with the newest generation, and prints a line for each document', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    const { code, stdout } = await snapdex(['diff', 'first', '--root', project.root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^generation 1 → 2\n/);
    expect(stdout).toContain('\nA docs/hops.md (7 B)\nM README.md ');
    expect(stdout).toContain('\nR docs/yeast.md → docs/microbes/yeast.md\n');
  });

  it('with --files also compares the files of the index', async () => {
    await using project = await changedProject();
    const diff = await json(['diff', '1', '2', '--files', '--root', project.root]);
    expect(diff).toMatchObject({ files: { added: [{ name: expect.stringMatching(/^segment-/) }], unchanged: 1 } });
  });

  it('fails for a word that names no generation', async () => {
    await using project = await indexedProject();
    const { code, stderr } = await snapdex(['diff', 'yesterday', '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('TAG_NOT_FOUND')]);
  });
});

describe('export', () => {
  it('makes an index that answers as the exported generation did', async () => {
    await using project = await changedProject();
    const target = join(project.root, 'backups', 'first');
    const exported = await json(['export', target, '--generation', '1', '--root', project.root]);
    expect(exported).toMatchObject({ target, generation: 1, files: 1 });
    const there = ['--root', project.root, '--index-path', target];
    expect(await json(['search', 'zymurgy', ...there])).toMatchObject({ results: [{ path: 'docs/yeast.md' }] });
    expect(await json(['verify', ...there])).toMatchObject({ ok: true });
    expect(await json(['history', ...there])).toMatchObject({ generations: [{ generation: 1, added: 4 }] });
  });

  it('exports the generation of a tag, by bytes if it is told so, and says how', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    const target = join(project.root, 'copy');
    const { stdout } = await snapdex(['export', target, '--tag', 'first', '--copy', '--root', project.root]);
    expect(stdout).toContain(`exported generation 1 to ${target}: 1 file, `);
    expect(stdout).toMatch(/; 1 copied \(.+\)\n/);
  });

  it('refuses a directory with something in it', async () => {
    await using project = await indexedProject();
    const { code, stderr } = await snapdex(['export', join(project.root, 'docs'), '--json', '--root', project.root]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'TARGET_EXISTS' } });
  });
});
