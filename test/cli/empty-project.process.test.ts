import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, json, snapdex, temporaryProject } from './temporary-project.js';

const NOTHING_FOUND = /no markdown documents found in .+: looked for \*\*\/\*\.md, .+"include"/;

describe('a project without documents', () => {
  it('is told what was looked for, before and after indexing', async () => {
    await using project = await temporaryProject({ 'notes.txt': 'no markdown\n' });
    const at = ['--root', project.root];
    expect((await snapdex(['status', ...at])).stdout).toMatch(NOTHING_FOUND);
    expect(await snapdex(['index', ...at])).toMatchObject({ code: 0, stdout: expect.stringMatching(NOTHING_FOUND) });
    expect((await snapdex(['status', ...at])).stdout).toMatch(NOTHING_FOUND);
    expect((await snapdex(['search', 'malt', ...at])).stderr).toMatch(NOTHING_FOUND);
  });

  it('is told so too when its last document went', async () => {
    await using project = await temporaryProject({ 'a.md': '# A\n' });
    await json(['index', '--root', project.root]);
    await project.remove('a.md');
    const { stdout } = await snapdex(['index', '--root', project.root]);
    expect(stdout).toMatch(/^indexed .+ 1 removed \(generation 2\)\n/);
    expect(stdout).toMatch(NOTHING_FOUND);
    expect((await snapdex(['index', '--root', project.root])).stdout).toMatch(NOTHING_FOUND);
  });

  it('does not become one by a pattern that nothing closes', async () => {
    await using project = await indexedProject();
    const { code, stderr } = await snapdex(['index', '--include', '[', '--root', project.root]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"[" without "]"')]);
    expect(await json(['status', '--root', project.root])).toMatchObject({ documents: 4 });
  });

  it('is not called sound where there is no index to verify', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['verify', '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('STORE_NOT_FOUND')]);
  });

  it.each([
    [['tag', 'x'], 'tag x: the store has no generation yet'],
    [['diff', '1'], 'generation 1: the store has no generation yet'],
    [['diff', '2020-01-01T00:00:00Z'], '2020-01-01T00:00:00Z: the store has no generation yet'],
    [['rollback', '1', '--yes'], 'generation 1: the store has no generation yet'],
    [['export', 'copy'], 'export to '],
    [['push', 'elsewhere'], 'push: nothing is indexed yet in '],
    [['push', 'elsewhere', '--dry-run'], 'push: nothing is indexed yet in '],
  ])('with an empty index is told by %j that nothing is indexed yet', async (words, message) => {
    await using project = await temporaryProject({ 'notes.txt': 'no markdown\n', 'snapdex.toml': '' });
    await json(['index', '--root', project.root]);
    const { code, stderr } = await snapdex(words, { cwd: project.root });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`error: ${message}`)]);
    expect(stderr).toMatch(/\(GENERATION_NOT_FOUND\)\n {2}Run `snapdex index` first/);
    expect(existsSync(join(project.root, 'elsewhere'))).toBe(false);
  });

  it('with documents that are not indexed yet is told to index them', async () => {
    await using project = await temporaryProject();
    expect((await snapdex(['status', '--root', project.root])).stdout).toContain('run "snapdex index"');
  });
});
