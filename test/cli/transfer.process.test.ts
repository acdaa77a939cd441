import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, json, snapdex, type TemporaryProject, temporaryProject } from './temporary-project.js';

/** Where the index of a project is pushed to. */
function placeOf({ root }: TemporaryProject): string {
  return join(root, 'pushed');
}

async function pushedProject(): Promise<TemporaryProject> {
  const project = await indexedProject();
  await json(['push', placeOf(project), '--root', project.root]);
  return project;
}

describe('push and pull', () => {
  it('bring an index to another copy of the documents, where nothing is left to index', async () => {
    await using project = await pushedProject();
    await using elsewhere = await temporaryProject();
    const at = ['--root', elsewhere.root];
    const pulled = await json(['pull', placeOf(project), ...at]);
    expect(pulled).toMatchObject({ source: placeOf(project), pulled: 1, generation: 1, isNew: true, arrived: [1] });
    expect(await json(['index', ...at])).toMatchObject({ added: 0, changed: 0, removed: 0, generation: 1 });
    expect(await json(['search', 'zymurgy', ...at])).toMatchObject({ results: [{ path: 'docs/yeast.md' }] });
  });

  it('send only what has changed, and say when there is nothing', async () => {
    await using project = await pushedProject();
    const at = ['--root', project.root];
    await project.write('docs/hops.md', '# Hops\n');
    await json(['index', ...at]);
    const { stdout } = await snapdex(['push', placeOf(project), ...at]);
    expect(stdout).toMatch(/^pushed generation 2 to .+\/pushed: 1 generation, 1 file, .+ k?B sent\n$/);
    const again = await snapdex(['push', placeOf(project), ...at]);
    expect(again).toMatchObject({ code: 0, stdout: `${placeOf(project)} has generation 2 already\n` });
    const back = await snapdex(['pull', placeOf(project), ...at]);
    expect(back.stdout).toBe(`generation 2 of ${placeOf(project)} is here already\n`);
  });

  it('of a tag bring that generation', async () => {
    await using project = await indexedProject();
    const at = ['--root', project.root];
    await json(['tag', 'first', '1', ...at]);
    await project.write('docs/hops.md', '# Hops\n');
    await json(['index', ...at]);
    expect(await json(['push', placeOf(project), '--tag', 'first', ...at])).toMatchObject({ pulled: 1, arrived: [1] });
    const newest = await json(['push', placeOf(project), '--history', '1', ...at]);
    expect(newest).toMatchObject({ pulled: 2, arrived: [2], passedOver: 0 });
  });

  it.each(['push', 'pull'])('%s --dry-run tells what would come, and makes nothing', async (command) => {
    await using project = await pushedProject();
    await using elsewhere = await temporaryProject();
    const place = join(elsewhere.root, 'nowhere');
    const words =
      command === 'push'
        ? ['push', place, '--root', project.root]
        : ['pull', placeOf(project), '--root', elsewhere.root];
    const planned = await json([...words, '--dry-run']);
    const target = command === 'push' ? place : join(elsewhere.root, '.snapdex');
    expect(planned).toMatchObject({ dryRun: true, target, isNew: true, arrived: [1], files: expect.any(Number) });
    expect(await readdir(elsewhere.root)).toEqual(expect.not.arrayContaining(['.snapdex', 'nowhere']));
    expect((await snapdex([...words, '--dry-run'])).stdout).toContain(`would ${command} generation 1`);
  });

  it('refuse histories that differ, with a remedy, and put one on top of the other when they are told to', async () => {
    await using project = await pushedProject();
    const at = ['--root', project.root];
    await using elsewhere = await temporaryProject({ 'README.md': '# Elsewhere\n' });
    await json(['index', '--root', elsewhere.root]);
    const refused = await snapdex(['push', placeOf(project), '--root', elsewhere.root]);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/HISTORIES_DIFFER[\s\S]+--on-top/);
    const { stdout } = await snapdex(['push', placeOf(project), '--on-top', '--root', elsewhere.root]);
    expect(stdout).toMatch(/^pushed generation 1 to .+\/pushed on top, as generation 2: 1 generation/);
    expect(await json(['pull', placeOf(project), ...at])).toMatchObject({ arrived: [2] });
    expect(await json(['status', ...at])).toMatchObject({ generation: 2, documents: 1 });
    const changes = { changed: [{}], removed: [{}, {}, {}] };
    expect(await json(['diff', '1', '2', ...at])).toMatchObject({ documents: changes });
    const pulled = { operation: 'pull', added: 0, changed: 1, removed: 3 };
    expect(await json(['history', ...at])).toMatchObject({ generations: [pulled, { operation: 'index' }] });
  });

  it.each([
    [['push'], 2, 'USAGE'],
    [['push', 'PLACE', '--history', '0'], 2, 'USAGE'],
    [['push', 'PLACE', '--on-tpo'], 2, 'Did you mean --on-top'],
    [['pusch', 'PLACE'], 2, 'Did you mean push'],
    [['push', 'PLACE', '--generation', '7'], 1, 'GENERATION_NOT_FOUND'],
    [['push', 'PLACE', '--tag', 'none'], 1, 'TAG_NOT_FOUND'],
    [['pull', 'PLACE/none'], 1, 'STORE_NOT_FOUND'],
    [['push', 's3://'], 1, 'INVALID_OPTION'],
  ])('refuse %j with %i', async (words, code, reason) => {
    await using project = await pushedProject();
    const place = words.map((word) => word.replace('PLACE', placeOf(project)));
    const outcome = await snapdex([...place, '--root', project.root]);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it.each([[], ['--dry-run']])('push refuses a place where no index can be made, also with %j', async (...words) => {
    await using project = await indexedProject();
    const { code, stdout, stderr } = await snapdex([
      'push',
      join(project.root, 'docs'),
      ...words,
      '--root',
      project.root,
    ]);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('holds other files')]);
  });

  it('take the folder of a project for its index, be it there already or made', async () => {
    await using project = await indexedProject();
    await using elsewhere = await temporaryProject();
    await elsewhere.write('snapdex.toml', '[indexing]\nindex_path = ".brewery"\n');
    const index = join(elsewhere.root, '.brewery');
    const words = ['push', elsewhere.root, '--root', project.root];
    expect(await json([...words, '--dry-run'])).toMatchObject({ target: index, arrived: [1] });
    expect(await json(words)).toMatchObject({ target: index, isNew: true });
    expect(await json(words)).toMatchObject({ target: index, isNew: false });
    expect(await json(['search', 'zymurgy', '--root', elsewhere.root, '--read-only'])).toMatchObject({
      results: [{ path: 'docs/yeast.md' }],
    });
    expect(await json(['pull', project.root, '--root', elsewhere.root])).toMatchObject({
      source: join(project.root, '.snapdex'),
      isNew: false,
    });
  });

  it('refuse a folder of documents that nothing marks as a project, and say what to name', async () => {
    await using project = await indexedProject();
    await using elsewhere = await temporaryProject();
    const at = ['--root', project.root];
    const index = join(elsewhere.root, '.snapdex');
    for (const words of [[], ['--dry-run']]) {
      const { code, stderr } = await snapdex(['push', elsewhere.root, ...words, ...at]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`name ${index}, or put a snapdex.toml into it`)]);
    }
    const { code, stderr } = await snapdex(['pull', elsewhere.root, ...at]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`with --root ${elsewhere.root} makes one`)]);
    expect(await json(['push', index, ...at])).toMatchObject({ target: index, isNew: true });
  });

  it.each([[], ['--dry-run']])('push makes no folder above its target, also with %j', async (...words) => {
    await using project = await indexedProject();
    const target = join(project.root, 'none', 'deep');
    const { code, stderr } = await snapdex(['push', target, ...words, '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`there is no folder ${join(project.root, 'none')} (`)]);
    expect(await readdir(project.root)).not.toContain('none');
  });

  it.each(['push', 'pull'])('%s of an index and itself says so', async (command) => {
    await using project = await indexedProject();
    const { code, stdout } = await snapdex([command, project.root, '--root', project.root]);
    const itself = `${join(project.root, '.snapdex')} is this index itself: there is nothing to ${command}\n`;
    expect([code, stdout]).toEqual([0, itself]);
  });

  it('pull says that it fetches', async () => {
    await using project = await pushedProject();
    await using elsewhere = await temporaryProject();
    const words = ['pull', placeOf(project), '--root', elsewhere.root];
    expect((await snapdex(['pull', '--help'])).stdout).toContain('only show what would be fetched');
    expect((await snapdex([...words, '--dry-run'])).stdout).toMatch(/ to fetch at most\n$/);
    expect((await snapdex(words)).stdout).toMatch(/B fetched\n$/);
  });

  it('pull names the index of a project that has none', async () => {
    await using project = await indexedProject();
    await using elsewhere = await temporaryProject({ 'package.json': '{}' });
    const { code, stderr } = await snapdex(['pull', elsewhere.root, '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${join(elsewhere.root, '.snapdex')}: there is none`)]);
    expect(await readdir(elsewhere.root)).toEqual(['package.json']);
  });

  it('push makes no index of the project where there is none', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['push', placeOf(project), '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('STORE_NOT_FOUND')]);
    expect(await readdir(project.root)).toEqual(expect.not.arrayContaining(['.snapdex', 'pushed']));
  });

  it('take a copy of a directory for the directory', async () => {
    await using project = await pushedProject();
    await cp(placeOf(project), join(project.root, 'copied'), { recursive: true });
    const pushed = await json(['push', join(project.root, 'copied'), '--root', project.root]);
    expect(pushed).toMatchObject({ isNew: false, files: 0 });
  });
});
