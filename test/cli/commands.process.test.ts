import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cleanEnvironment,
  exitOf,
  indexedProject,
  json,
  numberIn,
  SNAPDEX,
  snapdex,
  temporaryProject,
} from './temporary-project.js';

describe('the commands on a project', () => {
  it('index, then search: the passage is found with its line', async () => {
    await using project = await temporaryProject();
    const indexed = await json(['index', '--root', project.root]);
    expect(indexed).toMatchObject({ added: 4, changed: 0, removed: 0, skipped: 0 });
    const { code, stdout } = await snapdex(['search', 'zymurgy', '--root', project.root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^docs\/yeast\.md:1 {2}Yeast\n/);
  });

  it('index twice adds nothing the second time', async () => {
    await using project = await temporaryProject();
    const first = await json(['index', '--root', project.root]);
    const second = await json(['index', '--root', project.root]);
    expect(second).toMatchObject({ added: 0, changed: 0, removed: 0, generation: numberIn(first, 'generation') });
  });

  it('search --json has exactly the public fields', async () => {
    await using project = await indexedProject();
    const answer = await json(['search', 'boilWort', '--limit', '1', '--root', project.root]);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(['generation', 'stale', 'indexing', 'results']));
    expect(answer).toMatchObject({
      results: [{ path: 'docs/guide.md', matchedBy: expect.arrayContaining(['keyword']) }],
    });
  });

  it('search --explain shows what each score is made of, and a misspelt word is said to be taken for another', async () => {
    await using project = await indexedProject();
    const explained = await snapdex(['search', 'zymurgy', '--explain', '--root', project.root]);
    expect(explained.stdout).toMatch(
      /\n {4}score \d\.\d{3}\n {7}\d\.\d{3} {2}the document as a whole is about the words\n/,
    );
    const misspelt = await snapdex(['search', 'zymrugy', '--root', project.root]);
    expect(misspelt.stdout).toMatch(/^nothing says "zymrugy"; these results are for "zymurgy"\n\ndocs\/yeast\.md:1 /);
  });

  it('search --explain shows parts that add up to the score, the largest first', async () => {
    await using project = await indexedProject();
    const { stdout } = await snapdex(['search', 'zymurgy', '--explain', '--limit', '1', '--root', project.root]);
    const score = Number(/^ {4}score (\S+)$/m.exec(stdout)?.[1]);
    const parts = [...stdout.matchAll(/^ {6} *(-?\d\.\d{3}) {2}/gm)].map(([, adds]) => Number(adds));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts).toEqual(parts.toSorted((a, b) => b - a));
    // Each is rounded to three digits.
    expect(parts.reduce((sum, adds) => sum + adds, 0)).toBeCloseTo(score, 2);
  });

  it('search says of a passage without the words what found it', async () => {
    await using project = await temporaryProject({
      'a.md': '# Malt\n\nSee [b](c.md).\n',
      'b.md': '# Fermentation\n',
      'c.md': '# Yeast\n',
    });
    await project.write('snapdex.toml', '[embedding]\nembedding_minimum_similarity = 0.05\n');
    await json(['index', '--root', project.root]);
    const { stdout } = await snapdex(['search', 'malt', 'refermentation', '--root', project.root]);
    expect(stdout).toMatch(/^a\.md:1 {2}Malt$/m);
    expect(stdout).toMatch(/^b\.md:1 {2}Fermentation \(vector\)$/m);
    expect(stdout).toMatch(/^c\.md:1 {2}Yeast \(link\)$/m);
  });

  it('search marks a passage whose file is another one now, or gone', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    await project.write('docs/yeast.md', '# Yeast\n\nOther words.\n');
    await project.remove('docs/guide.md');
    const words = ['search', 'zymurgy', 'mash', '--root', project.root];
    const { stdout } = await snapdex(words);
    expect(stdout).toContain('[the file has changed since this was indexed]');
    expect(stdout).toContain('[the file is gone since this was indexed]');
    const marked = [
      { path: 'docs/yeast.md', fileNow: 'changed' },
      { path: 'docs/guide.md', fileNow: 'gone' },
    ].map((file) => expect.objectContaining(file));
    expect(await json(words)).toMatchObject({ stale: true, results: expect.arrayContaining(marked) });
  });

  it('search says that a question without a word has none', async () => {
    await using project = await indexedProject();
    const { code, stdout } = await snapdex(['search', '📅', '--root', project.root]);
    expect([code, stdout]).toEqual([0, 'no results: the question has no word to look for\n']);
  });

  it('search goes on with its cursor', async () => {
    await using project = await indexedProject();
    const first = await json(['search', 'the', 'yeast', 'wort', '-n', '1', '--root', project.root]);
    expect(first).toHaveProperty('nextCursor');
    const cursor = String(Reflect.get(first, 'nextCursor'));
    const second = await json([
      'search',
      'the',
      'yeast',
      'wort',
      '-n',
      '1',
      '--cursor',
      cursor,
      '--root',
      project.root,
    ]);
    expect(second).not.toMatchObject({ results: Reflect.get(first, 'results') });
  });

  it('search says that it goes on in another generation than it began in', async () => {
    await using project = await indexedProject();
    const asked = ['search', 'the', 'yeast', 'wort', '-n', '1', '--root', project.root];
    const cursor = String(Reflect.get(await json(asked), 'nextCursor'));
    expect((await snapdex([...asked, '--cursor', cursor])).stdout).not.toContain('the first page');
    await project.write('docs/hops.md', '# Hops\n\nThe yeast and the wort.\n');
    await json(['index', '--root', project.root]);
    const note =
      'the first page was of generation 1: results may be missing or come twice; --as-of 1 goes on in that one';
    expect((await snapdex([...asked, '--cursor', cursor])).stdout).toContain(note);
    expect((await snapdex([...asked, '--cursor', cursor, '--as-of', '1'])).stdout).not.toContain('the first page');
  });

  it('search says that nothing is indexed yet', async () => {
    await using project = await temporaryProject();
    const { code, stdout, stderr } = await snapdex(['search', 'malt', '--root', project.root]);
    expect([code, stdout]).toEqual([0, 'no results\n']);
    expect(stderr).toContain('snapdex index');
  });

  it('status --json has the public fields', async () => {
    await using project = await indexedProject();
    const status = await json(['status', '--root', project.root]);
    expect(status).toMatchObject({
      root: project.root,
      indexPath: join(project.root, '.snapdex'),
      documents: 4,
      hold: null,
      stale: false,
      coordinationMode: 'file_lock',
    });
  });

  it('status for people names documents, generation and state', async () => {
    await using project = await indexedProject();
    const { code, stdout } = await snapdex(['status', '--root', project.root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/holds +4 documents[\s\S]+generation +\d+[\s\S]+state +current/);
  });

  it('rollback holds the old content until resume', async () => {
    await using project = await indexedProject();
    const before = numberIn(await json(['status', '--root', project.root]), 'generation');
    await project.write('docs/hops.md', '# Hops\n\nLupulin.\n');
    await json(['index', '--root', project.root]);
    const rolledBack = await json(['rollback', String(before), '--yes', '--reason', 'test', '--root', project.root]);
    expect(rolledBack).toMatchObject({ rolledBackTo: before, documents: 4, hold: { rolledBackTo: before } });
    expect(await json(['search', 'lupulin', '--root', project.root])).toMatchObject({ results: [], stale: true });
    expect(await json(['resume', '--root', project.root])).toMatchObject({ resumed: true, stale: true });
    const again = await snapdex(['resume', '--root', project.root]);
    expect(again.stdout).toContain('there was no hold (generation 4)\nbehind the files: "snapdex index"');
    await json(['index', '--root', project.root]);
    expect(await json(['search', 'lupulin', '--root', project.root])).toMatchObject({
      results: [{ path: 'docs/hops.md' }],
    });
    expect(await json(['resume', '--root', project.root])).toMatchObject({ resumed: false, stale: false });
  });

  it('rollback to a generation that never was fails with its code', async () => {
    await using project = await indexedProject();
    const { code, stdout, stderr } = await snapdex(['rollback', '4711', '--yes', '--json', '--root', project.root]);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'GENERATION_NOT_FOUND' } });
  });

  it('history lists generations, newest first', async () => {
    await using project = await indexedProject();
    await project.write('docs/hops.md', '# Hops\n');
    await json(['index', '--root', project.root]);
    const history = await json(['history', '--limit', '2', '--root', project.root]);
    expect(history).toMatchObject({ generations: [{ added: 1, removed: 0 }, { added: 4 }] });
  });

  it('collect keeps the current generation', async () => {
    await using project = await indexedProject();
    const current = numberIn(await json(['status', '--root', project.root]), 'generation');
    expect(await json(['collect', '--dry-run', '--root', project.root])).toMatchObject({ retired: [] });
    expect(await json(['collect', '--root', project.root])).toMatchObject({ kept: expect.arrayContaining([current]) });
  });

  it('collect --dry-run tells what goes for its size, and collect then does it', async () => {
    await using project = await indexedProject();
    await project.write('docs/hops.md', '# Hops\n');
    await json(['index', '--root', project.root]);
    await writeFile(join(project.root, 'snapdex.toml'), '[store]\nminimum_age_seconds = 0\n');
    const words = ['collect', '--maximum-total-bytes', '1kB', '--root', project.root];
    const planned = await json([...words, '--dry-run']);
    expect(planned).toMatchObject({ retirements: [{ reason: 'size' }], kept: [expect.any(Number)] });
    const { stdout } = await snapdex([...words, '--dry-run']);
    expect(stdout).toMatch(/would delete 1 generation[\s\S]+larger than maximum_total_bytes\n[\s\S]+current/);
    expect(await json(words)).toMatchObject({ freedBytes: numberIn(planned, 'freedBytes') });
  });

  it('verify is ok on a sound index and ends with 1 on a damaged one', async () => {
    await using project = await indexedProject();
    const sound = await json(['verify', '--root', project.root]);
    expect(sound).toMatchObject({ ok: true, problems: [] });
    await damageOneFile(join(project.root, '.snapdex'));
    const { code, stdout } = await snapdex(['verify', '--json', '--root', project.root]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [expect.any(String)] });
  });

  it.each([
    ['/', 'ROOT_FORBIDDEN'],
    ['/no/such/folder', 'ROOT_MISSING'],
    [SNAPDEX, 'ROOT_NOT_A_DIRECTORY'],
  ])('root %s is refused with %s', async (root, expected) => {
    const { code, stdout, stderr } = await snapdex(['status', '--json', '--root', root]);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: expected, remedy: expect.any(String) } });
  });

  it('an unknown key in snapdex.toml is named', async () => {
    await using project = await temporaryProject();
    await writeFile(join(project.root, 'snapdex.toml'), '[indexing]\ndocuments = "docs"\n');
    const { code, stderr } = await snapdex(['status', '--root', project.root]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/snapdex\.toml[\s\S]+documents[\s\S]+CONFIG_INVALID/);
  });

  it('a setting on the command line wins over snapdex.toml', async () => {
    await using project = await temporaryProject();
    await writeFile(join(project.root, 'snapdex.toml'), '[indexing]\nindex_path = "from-file"\n');
    const status = await json(['status', '--index-path', 'from-flag', '--root', project.root]);
    expect(status).toMatchObject({ indexPath: join(project.root, 'from-flag') });
  });

  it('is quiet when its output is closed early', async () => {
    await using project = await indexedProject();
    const child = spawn(process.execPath, [SNAPDEX, 'search', 'yeast', '--root', project.root], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(),
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    expect(await exitOf(child)).toBe(0);
    expect(stderr).toBe('');
  });
});

async function damageOneFile(indexPath: string): Promise<void> {
  const { readdir, stat } = await import('node:fs/promises');
  const files = await readdir(join(indexPath, 'generations'), { recursive: true });
  for (const file of files) {
    const path = join(indexPath, 'generations', file);
    if (file.endsWith('manifest.json') || !(await stat(path)).isFile()) continue;
    await writeFile(path, 'rubbish');
    return;
  }
  throw new Error(`no file to damage in ${indexPath}`);
}
