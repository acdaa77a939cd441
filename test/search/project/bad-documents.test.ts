import { execFile } from 'node:child_process';
import { mkdir, rename, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

describe('files that cannot be indexed', () => {
  it('are left out and named, each with its code, and the rest is indexed', async () => {
    await using project = await projectWith({
      'good.md': '# Good\n',
      'latin1.md': Uint8Array.of(0x23, 0x20, 0x67, 0x72, 0xf6, 0xdf, 0x65),
      'utf16.md': Uint8Array.of(0xff, 0xfe, 0x23, 0x00, 0x20, 0x00),
      'large.md': '',
    });
    await truncate(join(project.root, 'large.md'), 11 * 1024 * 1024);
    const index = await project.open({ mode: 'once' });
    expect(await index.indexNow()).toMatchObject({ added: 1, skipped: 3 });
    expect(await pathsIn(index)).toEqual(['good.md']);
    const { problems } = await index.status();
    expect(problems.map(({ code, message }) => `${code} ${/\w+\.md/.exec(message)?.[0]}`).sort()).toEqual([
      'DOCUMENT_NOT_UTF8 latin1.md',
      'DOCUMENT_NOT_UTF8 utf16.md',
      'DOCUMENT_TOO_LARGE large.md',
    ]);
    for (const problem of problems) expect(problem.remedy).not.toBe('');
  });

  it('are told why they are not indexed when they are asked for', async () => {
    await using project = await projectWith({
      'good.md': '# Good\n',
      'nul.md': Uint8Array.of(0x61, 0x00),
      'large.md': '',
    });
    await truncate(join(project.root, 'large.md'), 11 * 1024 * 1024);
    const index = await project.open({ mode: 'once' });
    await index.indexNow();
    for (const path of ['nul.md', './nul.md'])
      await expect(index.document({ path })).rejects.toMatchObject({
        code: 'DOCUMENT_NOT_UTF8',
        message: expect.stringMatching(/^nul\.md: .+ left out of the index$/),
      });
    await expect(index.document({ path: 'large.md' })).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    for (const request of [{ path: 'none.md' }, { path: 'nul.md', asOf: '1' }])
      await expect(index.document(request)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await project.write('nul.md', '# Text\n');
    await index.indexNow();
    expect(await index.document({ path: 'nul.md' })).toMatchObject({ title: 'Text' });
  });

  it('are not those with broken front matter, which are named', async () => {
    await using project = await projectWith({
      'broken.md': '---\ntitle: One: two\ntags: [a\n---\n# Broken\n',
      'good.md': '---\ntitle: "One: two"\ntags: [a]\n---\n# Good\n',
      'toml.md': '+++\ntitle = One\n+++\n# Toml\n',
    });
    const told: string[] = [];
    const index = await project.open({ mode: 'once', onProblem: ({ code, message }) => told.push(code, message) });
    expect(await index.indexNow()).toMatchObject({ added: 3, skipped: 0 });
    const { problems } = await index.status();
    expect(told).toEqual(problems.flatMap(({ code, message }) => [code, message]));
    expect(told).toEqual([
      'FRONT_MATTER_BROKEN',
      expect.stringMatching(/^document "broken\.md": front matter, line 2: \S/),
      'FRONT_MATTER_BROKEN',
      expect.stringMatching(/^document "toml\.md": front matter, line 2: \S/),
    ]);
    await project.write('broken.md', '# Mended\n');
    await project.remove('toml.md');
    await index.indexNow();
    expect(await problemCodes(index)).toEqual([]);
  });

  it('are named while a rollback is held as well, and so is broken front matter', async () => {
    await using project = await projectWith({
      'broken.md': '---\ntags: [a\n---\n# Broken\n',
      'latin1.md': Uint8Array.of(0x23, 0x20, 0x67, 0x72, 0xf6, 0xdf, 0x65),
    });
    await project.index();
    const told: string[] = [];
    const index = await project.open({ mode: 'once', onProblem: ({ code }) => told.push(code) });
    await index.rollback({ generation: 1 });
    await project.write('new.md', '# New\n');
    await expect(index.indexNow()).rejects.toMatchObject({ code: 'STORE_HELD' });
    expect(told).toEqual(['DOCUMENT_NOT_UTF8', 'FRONT_MATTER_BROKEN']);
  });

  it.skipIf(process.platform === 'win32')(
    'may be pipes, folders and dangling links with the name of a document',
    async () => {
      await using project = await projectWith({ 'good.md': '# Good\n' });
      await promisify(execFile)('mkfifo', [join(project.root, 'pipe.md')]);
      await mkdir(join(project.root, 'folder.md'));
      await project.write('folder.md/inside.md', '# Inside\n');
      await symlink('/nowhere/at/all.md', join(project.root, 'dangling.md'));
      const index = await project.open({ mode: 'once' });
      await index.indexNow();
      expect(await pathsIn(index)).toEqual(['folder.md/inside.md', 'good.md']);
    },
  );

  it('keep no instance waiting, whichever of them indexes', async () => {
    await using project = await projectWith({ 'a.md': Uint8Array.of(0xff), 'b.md': '# B\n', 'c.md': '# C\n' });
    const first = await project.open();
    first.start();
    await untilCurrent(first);
    const second = await project.open();
    second.start();
    await untilCurrent(second);
    expect(await problemCodes(second)).toEqual(['DOCUMENT_NOT_UTF8']);
    await project.write('b.md', Uint8Array.of(0xfe));
    await until(async () => (await pathsIn(second)).length === 1);
    await untilCurrent(second);
    expect(await problemCodes(second)).toEqual(['DOCUMENT_NOT_UTF8', 'DOCUMENT_NOT_UTF8']);
  });

  it('are indexed once they can be', async () => {
    await using project = await projectWith({ 'a.md': Uint8Array.of(0xff), 'b.md': '# B\n' });
    const index = await project.open();
    index.start();
    await until(async () => (await problemCodes(index)).includes('DOCUMENT_NOT_UTF8'));
    await project.write('a.md', '# A\n');
    await until(async () => (await pathsIn(index)).length === 2);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('leave the index when they stop being documents', async () => {
    await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n' });
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    await project.write('a.md', Uint8Array.of(0x80, 0x81));
    await until(async () => (await pathsIn(index)).join() === 'b.md');
    expect(await problemCodes(index)).toEqual(['DOCUMENT_NOT_UTF8']);
    expect(await index.search({ query: 'A' })).toMatchObject({ stale: false });
  });

  it('may vanish and come back while they are indexed', async () => {
    await using project = await projectWith(
      Object.fromEntries(Array.from({ length: 200 }, (_, number) => [`d/${number}.md`, `# ${number}\n`])),
    );
    const index = await project.open();
    index.start();
    for (let turn = 0; turn < 30; turn++) {
      await rename(join(project.root, 'd'), join(project.root, 'elsewhere'));
      await new Promise((resolve) => setTimeout(resolve, 10));
      await rename(join(project.root, 'elsewhere'), join(project.root, 'd'));
    }
    await until(
      async () => {
        const { documents, stale } = await index.status();
        return documents === 200 && !stale;
      },
      async () => ({ ...(await index.status()), paths: (await pathsIn(index)).slice(0, 3) }),
    );
    expect((await pathsIn(index)).every((path) => path.startsWith('d/'))).toBe(true);
    expect(await problemCodes(index)).toEqual([]);
  });

  it('do not matter to an empty project', async () => {
    await using project = await projectWith({});
    const index = await project.open();
    index.start();
    await untilCurrent(index);
    expect(await index.status()).toMatchObject({ documents: 0, generation: 0, problems: [] });
    await project.write('first.md', '# First\n');
    await until(async () => (await pathsIn(index)).length === 1);
  });
});
