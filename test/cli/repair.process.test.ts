import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cleanEnvironment,
  exitOf,
  indexedProject,
  json,
  SNAPDEX,
  snapdex,
  type TemporaryProject,
  temporaryProject,
} from './temporary-project.js';

/** An index of two generations, the newer of which cannot be read, with junk in a lock and a damaged tag. */
async function damagedProject(): Promise<TemporaryProject> {
  const project = await indexedProject();
  await project.write('docs/hops.md', '# Hops\n\nLupulin.\n');
  await json(['index', '--root', project.root]);
  await truncate(join(project.root, '.snapdex/generations/0000000002/manifest.json'), 40);
  await mkdir(join(project.root, '.snapdex/store.lock/junk'), { recursive: true });
  await writeFile(join(project.root, '.snapdex/tags/bad'), '{');
  return project;
}

describe('repair', () => {
  it('puts a damaged index in order, after which it is verified and answers', async () => {
    await using project = await damagedProject();
    const at = ['--root', project.root];
    const refused = await snapdex(['index', ...at]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('snapdex repair')]);
    const repaired = await json(['repair', ...at]);
    expect(repaired).toMatchObject({
      ok: true,
      generation: 3,
      dryRun: false,
      steps: [
        { action: 'moveAside', path: 'store.lock/junk', movedTo: expect.stringMatching(/^damaged\//) },
        { action: 'moveAside', path: 'tags/bad' },
        { action: 'recover', generation: 3, from: 1 },
        { action: 'setAside', generation: 2, movedTo: expect.stringMatching(/^damaged\/0000000002-/) },
      ],
      remaining: [],
    });
    expect(await json(['verify', ...at])).toMatchObject({
      ok: true,
      problems: [],
      notes: [{ code: 'SET_ASIDE' }, {}, {}],
    });
    await json(['index', ...at]);
    expect(await json(['search', 'lupulin', ...at])).toMatchObject({ results: [{ path: 'docs/hops.md' }] });
    expect((await snapdex(['repair', ...at])).stdout).toMatch(/^ok: nothing to repair, generation \d+\n$/);
  });

  it('--dry-run shows what would be done and does none of it', async () => {
    await using project = await damagedProject();
    const before = await readdir(join(project.root, '.snapdex'), { recursive: true });
    const { code, stdout } = await snapdex(['repair', '--dry-run', '--root', project.root]);
    expect([code, await readdir(join(project.root, '.snapdex'), { recursive: true })]).toEqual([0, before]);
    expect(stdout).toMatch(
      /^would repair:\n[\s\S]+commit generation 3 with the content of generation 1[\s\S]+set generation 2 aside/,
    );
  });

  it('ends with 1 for what only a person can decide about', async () => {
    await using project = await indexedProject();
    await json(['tag', 'precious', '--root', project.root]);
    const generation = join(project.root, '.snapdex/generations/0000000001');
    const [segment = ''] = (await readdir(generation)).filter((name) => name.startsWith('segment'));
    await truncate(join(generation, segment), 10);
    const { code, stdout } = await snapdex(['repair', '--root', project.root]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 problem is left')]);
  });

  it('is refused while a server has the index open, which it names', async () => {
    await using project = await indexedProject();
    const server = spawn(
      process.execPath,
      [SNAPDEX, 'serve', '--http', '--port', '0', '--json', '--root', project.root],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: cleanEnvironment(),
      },
    );
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const words = ['repair', '--lock-timeout', '0.1', '--json', '--root', project.root];
    const { code, stdout, stderr } = await snapdex(words);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'STORE_BUSY', message: expect.stringContaining(`pid ${server.pid} on `) },
    });
    const { instances } = Object(await json(['doctor', '--root', project.root]));
    expect(instances).toMatchObject([{ pid: server.pid, state: 'alive' }]);
    server.kill('SIGTERM');
    await exitOf(server);
    expect(await json(['repair', '--root', project.root])).toMatchObject({ ok: true });
  });

  it('makes no index where there is none', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['repair', '--root', project.root]);
    expect([code, await readdir(project.root)]).toEqual([1, expect.not.arrayContaining(['.snapdex'])]);
    expect(stderr).toContain('STORE_NOT_FOUND');
  });
});

describe('doctor', () => {
  it('of a sound index is healthy and has the public fields', async () => {
    await using project = await indexedProject();
    await json(['tag', 'first', '--root', project.root]);
    const report = await json(['doctor', '--root', project.root]);
    expect(report).toMatchObject({
      healthy: true,
      node: { version: process.versions.node, supported: true },
      configuration: { root: project.root, indexPath: join(project.root, '.snapdex'), keepGenerations: 32 },
      index: { exists: true, writable: true, generation: 1 },
      fileSystem: { exclusiveRename: true },
      locks: [],
      instances: [],
      generations: [{ generation: 1, keptBy: [{ by: 'head' }, { by: 'tag', name: 'first' }] }],
      collectable: [],
      space: { setAside: 0 },
    });
    const { code, stdout } = await snapdex(['doctor', '--root', project.root]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/file system +\S+; has exclusive rename[\s\S]+current, tag first[\s\S]+healthy\n$/),
    ]);
  });

  it('warns of documents that cannot be indexed or read whole, with or without a server', async () => {
    await using project = await indexedProject();
    await project.write('utf16.md', '\0\0');
    await project.write('open.md', '---\ntitle: Open\n');
    await json(['index', '--root', project.root]);
    const codes = ['DOCUMENT_NOT_UTF8', 'FRONT_MATTER_BROKEN'];
    const findings = codes.map((code) => ({ severity: 'warning', code }));
    expect(await json(['doctor', '--root', project.root])).toMatchObject({ healthy: true, findings });
  });

  it('finds that an index is that of another project', async () => {
    await using owner = await indexedProject();
    await using project = await temporaryProject({ 'a.md': '# A\n', 'b.md': '# B\n' });
    const words = ['--index-path', join(owner.root, '.snapdex'), '--root', project.root];
    const { code, stdout } = await snapdex(['doctor', ...words, '--json']);
    const findings = [{ severity: 'problem', code: 'INDEX_OF_OTHER_PROJECT' }];
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { healthy: false, findings }]);
  });

  it('of a damaged index ends with 1 and says what to do', async () => {
    await using project = await damagedProject();
    const { code, stdout } = await snapdex(['doctor', '--root', project.root]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/problem: store\.lock\/junk[\s\S]+snapdex repair[\s\S]+not healthy\n$/);
  });

  it('of no index says so, and makes none', async () => {
    await using project = await temporaryProject();
    expect(await json(['doctor', '--root', project.root])).toMatchObject({
      healthy: true,
      index: { exists: false },
      findings: [{ severity: 'warning', code: 'STORE_NOT_FOUND' }],
    });
    expect(await readdir(project.root)).not.toContain('.snapdex');
  });

  it('tells of a file in the place of a folder of the index', async () => {
    await using project = await indexedProject();
    await rename(join(project.root, '.snapdex/pins'), join(project.root, '.snapdex/formerly-pins'));
    await writeFile(join(project.root, '.snapdex/pins'), '');
    const { code, stdout } = await snapdex(['doctor', '--json', '--root', project.root]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      generations: null,
      findings: [{ code: 'STORE_DAMAGED' }],
      notes: [{ code: 'STRAY' }],
    });
  });
});
