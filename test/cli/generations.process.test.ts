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
    expect([outcome.code, outcome.stdout]).toEqual([code === 'INVALID_NAME' ? 2 : 1, '']);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code, remedy: expect.any(String) } });
  });

  it('sets a second name by the first', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    expect(await json(['tag', 'again', 'first', '--root', project.root])).toMatchObject({ generation: 1 });
  });

  it.each([
    [['tag', 'now'], 1],
    [['rollback', '1', '--yes'], 1],
    [['resume'], 0],
    [['collect'], 0],
  ])('%j makes no index where there is none, and ends with %i', async (words, expected) => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex([...words, '--root', project.root]);
    expect([code, await readdir(project.root)]).toEqual([expected, expect.not.arrayContaining(['.snapdex'])]);
    expect(stderr).toContain(expected === 0 ? '' : 'STORE_NOT_FOUND');
  });
});

describe('search and status', () => {
  it('answer from an earlier generation, by number, tag or time, and say so', async () => {
    await using project = await indexedProject();
    const at = ['--root', project.root];
    await json(['tag', 'first', '1', ...at]);
    const then = new Date().toISOString();
    await project.write('docs/yeast.md', '# Other\n');
    await json(['index', ...at]);
    for (const asOf of ['1', 'first', then]) {
      const found = await json(['search', 'zymurgy', '--as-of', asOf, ...at]);
      expect(found).toMatchObject({ generation: 1, asOf: { newest: 2 }, results: [{ path: 'docs/yeast.md' }] });
    }
    const told = await snapdex(['search', 'zymurgy', '--as-of', '1', ...at]);
    expect(told.stderr).toMatch(/^note: this is generation 1 of .+; the newest is 2\n$/);
    const status = await snapdex(['status', '--as-of', 'first', ...at]);
    expect(status.stdout).toMatch(/holds +4 documents[\s\S]+as it was at .+; the newest generation is 2/);
  });

  it.each([
    ['frist', 1, 'TAG_NOT_FOUND'],
    ['2020-01-01', 1, 'GENERATION_EXPIRED'],
    ['last week', 2, 'USAGE'],
  ])('refuse %s, with %i', async (asOf, code, reason) => {
    await using project = await indexedProject();
    const outcome = await snapdex(['search', 'x', '--as-of', asOf, '--json', '--root', project.root]);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(reason) });
  });
});

describe('rollback', () => {
  it('without a terminal wants --yes', async () => {
    await using project = await indexedProject();
    const { code, stdout, stderr } = await snapdex(['rollback', '1', '--json', '--root', project.root]);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', remedy: expect.stringContaining('--yes') } });
    expect(await json(['history', '--root', project.root])).toMatchObject({ generations: [{ generation: 1 }] });
  });

  it('takes a tag, and the history tells why and to what it went back', async () => {
    await using project = await changedProject();
    const at = ['--root', project.root];
    await json(['tag', 'first', '1', ...at]);
    const rolledBack = await json(['rollback', 'first', '--yes', '--reason', 'a bad merge', ...at]);
    expect(rolledBack).toMatchObject({ rolledBackTo: 1, generation: 3 });
    expect(await json(['history', ...at])).toMatchObject({
      generations: [{ operation: 'rollback', rolledBackTo: 1, reason: 'a bad merge' }, { operation: 'index' }, {}],
    });
    expect((await snapdex(['history', ...at])).stdout).toMatch(/\n +3 .+rollback to 1 +\+2 ~1 -2 .+a bad merge\n/);
  });

  it('of a word that names no generation says which tags there are', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    const { code, stderr } = await snapdex(['rollback', 'frist', '--yes', '--root', project.root]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/"frist": it is neither .+ nor a tag[\s\S]+there is first\./),
    ]);
  });

  it('holds the index, and indexing says which command lets it go on', async () => {
    await using project = await changedProject();
    await json(['rollback', '1', '--yes', '--root', project.root]);
    const { code, stderr } = await snapdex(['index', '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/STORE_HELD[\s\S]+`snapdex resume`/)]);
  });
});

describe('history', () => {
  it('shows no more than its limit, and says that an older generation is tagged', async () => {
    await using project = await changedProject();
    const at = ['--root', project.root];
    await json(['tag', 'first', '1', ...at]);
    const history = await json(['history', '-n', '1', ...at]);
    expect(history).toMatchObject({
      generations: [{ generation: 2 }],
      olderTagged: [{ generation: 1, tags: ['first'] }],
    });
    const older = await json(['history', '--cursor', String(Reflect.get(history, 'nextCursor')), ...at]);
    expect(older).toMatchObject({ generations: [{ generation: 1 }] });
    const { stdout } = await snapdex(['history', '-n', '1', ...at]);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringContaining('GENERATION'),
      expect.stringMatching(/^ +2 /),
      '1 older generation is tagged: "snapdex tag" lists the tags',
      expect.stringMatching(/^more: --cursor \w+$/),
    ]);
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
    const target = join(project.root, 'backup');
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

  it('takes a tag for the generation, too', async () => {
    await using project = await changedProject();
    await json(['tag', 'first', '1', '--root', project.root]);
    const words = ['export', join(project.root, 'copy'), '--generation', 'first', '--root', project.root];
    expect(await json(words)).toMatchObject({ generation: 1 });
  });

  it('makes no folders for a path that was mistyped', async () => {
    await using project = await indexedProject();
    const target = join(project.root, 'bakcups', 'first');
    const { code, stderr } = await snapdex(['export', target, '--root', project.root]);
    expect([code, await readdir(project.root)]).toEqual([1, expect.not.arrayContaining(['bakcups'])]);
    expect(stderr).toContain(`there is no folder ${join(project.root, 'bakcups')} (INVALID_OPTION)`);
  });

  it('refuses a directory with something in it', async () => {
    await using project = await indexedProject();
    const { code, stderr } = await snapdex(['export', join(project.root, 'docs'), '--json', '--root', project.root]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'TARGET_EXISTS' } });
  });
});
