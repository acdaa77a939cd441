import { mkdir, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { indexedProject, json, snapdex, type TemporaryProject } from './temporary-project.js';

/** An index of three generations, the newest of which cannot be read. */
async function damagedProject(): Promise<TemporaryProject> {
  const project = await indexedProject();
  for (const word of ['hops', 'barley']) {
    await project.write(`docs/${word}.md`, `# ${word}\n`);
    await json(['index', '--root', project.root]);
  }
  await truncate(join(project.root, '.snapdex/generations/0000000003/manifest.json'), 10);
  return project;
}

/** An index of which only the pointer is left. */
async function lostProject(folder: 'emptied' | 'removed'): Promise<TemporaryProject> {
  const project = await indexedProject();
  await rm(join(project.root, '.snapdex/generations'), { recursive: true });
  if (folder === 'emptied') await mkdir(join(project.root, '.snapdex/generations'));
  return project;
}

/** What becomes of `generations` where its content is lost. */
const FOLDERS = ['emptied', 'removed'] as const;

it('verify of a damaged segment does not send people to verify', async () => {
  await using project = await indexedProject();
  const generation = join(project.root, '.snapdex/generations/0000000001');
  const segment = (await readdir(generation)).find((name) => name.startsWith('segment-'));
  await truncate(join(generation, segment ?? ''), 30);
  const { code, stdout, stderr } = await snapdex(['verify', '--root', project.root]);
  expect([code, stdout]).toEqual([1, expect.stringContaining('snapdex repair --dry-run')]);
  expect(stderr).not.toContain('snapdex verify');
});

it('verify says which generation is the newest, and which one is damaged', async () => {
  await using project = await damagedProject();
  const at = ['--root', project.root];
  expect((await snapdex(['verify', ...at])).stdout).toMatch(
    /^damaged \(newest: generation 3\), \d files checked\n {2}generation 3: /,
  );
  await truncate(join(project.root, '.snapdex/generations/0000000001/manifest.json'), 10);
  expect((await snapdex(['verify', ...at])).stdout).toMatch(
    /^damaged \(newest: generation 3\)[\s\S]+\n {2}generation 1: /,
  );
});

it.each([
  [['diff', '1'], { to: { generation: 2 } }],
  [['export', 'copy'], { generation: 2 }],
  [['search', 'hops'], { generation: 2 }],
])(
  '%j of a damaged newest generation warns of it, takes the one below and commits nothing',
  async (words, expected) => {
    await using project = await damagedProject();
    const { code, stdout, stderr } = await snapdex([...words, '--json'], { cwd: project.root });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, expected]);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        warning: expect.objectContaining({
          code: 'GENERATION_DAMAGED',
          message: expect.stringContaining('generation 3'),
        }),
      },
    ]);
    expect((await readdir(join(project.root, '.snapdex/generations'))).length).toBe(3);
  },
);

it.each([[[]], [['--json']]])('status %j lists the damage, and warns of it no second time', async (flags) => {
  await using project = await damagedProject();
  const { code, stdout, stderr } = await snapdex(['status', '--root', project.root, ...flags]);
  expect([code, stdout.split('GENERATION_DAMAGED').length - 1, stderr]).toEqual([0, 1, '']);
});

it.each(
  [['search', 'malt'], ['history'], ['export', 'copy'], ['push', 'pushed'], ['index']].flatMap((words) =>
    FOLDERS.map((folder) => ({ words, folder })),
  ),
)(
  '$words of an index that has lost its generations names that, and how it is made anew ($folder)',
  async ({ words, folder }) => {
    await using project = await lostProject(folder);
    const { stdout, stderr } = await snapdex(words, { cwd: project.root });
    expect(stderr).toMatch(/^warning: generation 1: it is gone, .+ \(GENERATION_DAMAGED\)\n {2}.+`snapdex index`/);
    expect(stdout + stderr).not.toContain(' yet: run');
  },
);

it.each(FOLDERS)('verify and doctor say that its generations are lost (%s), and make nothing', async (folder) => {
  await using project = await lostProject(folder);
  const before = await readdir(join(project.root, '.snapdex'));
  const at = ['--root', project.root, '--json'];
  const [verified, examined] = [await snapdex(['verify', ...at]), await snapdex(['doctor', ...at])];
  expect([verified.code, examined.code]).toEqual([1, 1]);
  const lost = expect.stringContaining('CURRENT: names generation 1, the newest is 0');
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: false, generation: 0, problems: [lost] });
  expect(JSON.parse(examined.stdout)).toMatchObject({
    healthy: false,
    index: { exists: true, generation: 0 },
    findings: [expect.objectContaining({ severity: 'problem', message: lost })],
  });
  expect(await readdir(join(project.root, '.snapdex'))).toEqual(before);
});

it.each(FOLDERS)(
  'status lists that the generations are lost (%s), and repair ends with what is to be done',
  async (folder) => {
    await using project = await lostProject(folder);
    const at = ['--root', project.root];
    const status = await snapdex(['status', ...at]);
    expect([status.stdout.split('GENERATION_DAMAGED').length - 1, status.stderr]).toEqual([1, '']);
    expect((await snapdex(['repair', '--dry-run', ...at])).stdout).toMatch(
      /^would repair:\n {2}move CURRENT aside .+\n$/,
    );
    const repaired = await snapdex(['repair', ...at]);
    expect(repaired.stdout).toMatch(
      /\nthe index is empty: "snapdex index", or a server, makes it from the documents\n$/,
    );
    expect(repaired.stdout).not.toContain('answers now');
    expect(await json(['status', ...at])).toMatchObject({ generation: 0, problems: [] });
    expect(await json(['index', ...at])).toMatchObject({ generation: 1 });
    expect(await json(['verify', ...at])).toMatchObject({ ok: true, problems: [] });
  },
);
