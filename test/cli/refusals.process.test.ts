import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, snapdex, snapdexAsNobody, temporaryProject } from './temporary-project.js';

// Another user is played by a process of user `nobody`, which only root can start.
const canBeNobody = process.getuid?.() === 0 && (await snapdexAsNobody(['--version'])).code === 0;

describe.skipIf(!canBeNobody)('a user who may not', () => {
  it('write to the index is told so once, without a name inside it', async () => {
    await using project = await indexedProject();
    await chmod(project.root, 0o755);
    const { code, stderr } = await snapdexAsNobody(['index', '--root', project.root]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: index .+\.snapdex: it cannot be written \(EACCES\) \(STORE_READ_ONLY\)\n {2}.+\n$/);
  });

  it('make an index learns it from doctor', async () => {
    await using project = await temporaryProject();
    await chmod(project.root, 0o755);
    const { code, stdout } = await snapdexAsNobody(['doctor', '--root', project.root]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/problem: .+this user may not make one there \(STORE_READ_ONLY\)[\s\S]+not healthy\n$/);
  });

  it('write where an export goes is told to name another target', async () => {
    await using project = await indexedProject();
    await chmod(project.root, 0o755);
    const { code, stderr } = await snapdexAsNobody(['export', join(project.root, 'copy'), '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: export to .+copy: not allowed to write there/)]);
    expect(stderr).toContain('Name a target in a folder that this user may write to');
  });

  it('read the root is told that, and nothing of a file that is not there', async () => {
    await using project = await temporaryProject();
    await chmod(project.root, 0o700);
    const { code, stderr } = await snapdexAsNobody(['status', '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('ROOT_UNREADABLE')]);
    expect(stderr).not.toContain('snapdex.toml');
  });
});

describe('an index path that is a file', () => {
  it.each([['status'], ['doctor'], ['search', 'malt'], ['repair']])('is refused by %s', async (...words) => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex([...words, '--index-path', 'README.md', '--root', project.root]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('README.md: is a file (INVALID_OPTION)')]);
  });
});

describe('an index path with other files in it', () => {
  it.each([
    ['status'],
    ['search', 'malt'],
    ['history'],
    ['collect'],
    ['doctor'],
    ['verify'],
    ['repair'],
    ['tag', 'v1'],
    ['index'],
  ])('is refused by %s, which names one', async (...words) => {
    await using project = await temporaryProject({ 'a.md': '# A\n', 'photos/cat.jpg': '' });
    const { code, stdout, stderr } = await snapdex([...words, '--index-path', 'photos', '--root', project.root]);
    const refusal = expect.stringContaining('photos: is no store and holds other files (cat.jpg) (INVALID_OPTION)');
    expect([code, stdout, stderr]).toEqual([1, '', refusal]);
    expect(stderr).toContain("(the project's own: `--index-path`");
  });
});
