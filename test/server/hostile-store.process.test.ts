/** An index directory in which somebody else has been: a server on it touches nothing of theirs, and says what is wrong. */
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexedProject, json, snapdex, type TemporaryProject, temporaryProject } from '../cli/temporary-project.js';
import { type ConnectedClient, connectSdkClient } from './mcp-stdio/connected-client.js';

const THEIRS = 'what others own';

/** A folder with files of somebody else. */
async function foreignFolder(): Promise<TemporaryProject> {
  return temporaryProject({ 'taxes.pdf': THEIRS, '0000000001/manifest.json': THEIRS, CURRENT: THEIRS });
}

async function expectUntouched({ root }: TemporaryProject): Promise<void> {
  expect((await readdir(root, { recursive: true })).sort()).toEqual([
    '0000000001',
    '0000000001/manifest.json',
    'CURRENT',
    'taxes.pdf',
  ]);
  for (const name of ['taxes.pdf', '0000000001/manifest.json', 'CURRENT']) {
    expect(await readFile(join(root, name), 'utf8')).toBe(THEIRS);
  }
}

/** Has a server work: it indexes a change, tags, rolls back, resumes and is asked for what it holds. */
async function work(project: TemporaryProject): Promise<readonly string[]> {
  await using client: ConnectedClient = await connectSdkClient(project.root);
  await project.write('new.md', '# New\n\nWritten meanwhile.\n');
  const told: string[] = [];
  for (const [name, input] of [
    ['reindex', {}],
    ['tag_generation', { name: 'kept' }],
    ['rollback_index', { generation: 1 }],
    ['resume_index', {}],
    ['query_documents', { query: 'zymurgy' }],
    ['index_status', {}],
  ] as const) {
    told.push((await client.call(name, input)).text);
  }
  return told;
}

describe.skipIf(process.platform === 'win32')('an index directory', () => {
  it.each(['generations', 'drafts', 'trash', 'pins', 'tags', 'instances', 'generations/0000000001', 'commit.lock'])(
    'with a link in the place of %s: nothing is written, deleted or read where it leads',
    async (name) => {
      await using project = await indexedProject();
      await using foreign = await foreignFolder();
      const place = join(project.root, '.snapdex', name);
      await rm(place, { recursive: true, force: true });
      await symlink(foreign.root, place);
      const told = await work(project);
      await expectUntouched(foreign);
      expect(told.join('\n')).not.toContain(THEIRS);
      expect(told.join('\n')).toMatch(/STORE_DAMAGED|GENERATION_|zymurgy/i);
    },
  );

  it('that is a link itself, out of the project, is refused, and nothing is made where it leads', async () => {
    await using project = await temporaryProject();
    await using foreign = await foreignFolder();
    await symlink(foreign.root, join(project.root, '.snapdex'));
    expect((await snapdex(['index', '--root', project.root])).code).toBe(1);
    for (const text of await work(project)) expect(text).toMatch(/^[A-Z_]+: /);
    await expectUntouched(foreign);
  });

  it('that holds the files of somebody else does not become an index', async () => {
    await using project = await temporaryProject();
    await using foreign = await foreignFolder();
    await rename(foreign.root, join(project.root, '.snapdex'));
    for (const text of await work(project)) expect(text).toMatch(/^[A-Z_]+: /);
    expect(await readFile(join(project.root, '.snapdex', 'taxes.pdf'), 'utf8')).toBe(THEIRS);
    await rename(join(project.root, '.snapdex'), foreign.root);
    await expectUntouched(foreign);
  });

  it.each([
    'CURRENT',
    'generations/0000000001/manifest.json',
    'instances/pipe',
    'tags/pipe',
    'drafts/pipe',
    'commit.lock',
  ])('with a pipe in the place of %s keeps nobody waiting', async (name) => {
    await using project = await indexedProject();
    const place = join(project.root, '.snapdex', name);
    await rm(place, { recursive: true, force: true });
    execFileSync('mkfifo', [place]);
    for (const text of await work(project)) expect(text).not.toBe('');
  });

  it('with a link in the place of CURRENT: the link is replaced, and what it led to is as it was', async () => {
    await using project = await indexedProject();
    await using foreign = await foreignFolder();
    const current = join(project.root, '.snapdex/CURRENT');
    await rm(current);
    await symlink(join(foreign.root, 'CURRENT'), current);
    await work(project);
    await expectUntouched(foreign);
    expect((await lstat(current)).isFile()).toBe(true);
  });

  it('with files of somebody else beside its own leaves them alone', async () => {
    await using project = await indexedProject();
    const mine = ['notes.txt', 'generations/readme.txt', 'trash/photo.jpg', 'drafts/letter.txt'];
    for (const name of mine) await writeFile(join(project.root, '.snapdex', name), THEIRS);
    await mkdir(join(project.root, '.snapdex/pins/folder'));
    await work(project);
    await json(['collect', '--root', project.root]);
    for (const name of mine.filter((one) => !one.startsWith('trash/'))) {
      expect(await readFile(join(project.root, '.snapdex', name), 'utf8')).toBe(THEIRS);
    }
  });
});
