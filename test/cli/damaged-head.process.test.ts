import { readdir, truncate } from 'node:fs/promises';
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

it('verify of a damaged segment does not send people to verify', async () => {
  await using project = await indexedProject();
  const generation = join(project.root, '.snapdex/generations/0000000001');
  const segment = (await readdir(generation)).find((name) => name.startsWith('segment-'));
  await truncate(join(generation, segment ?? ''), 30);
  const { code, stdout, stderr } = await snapdex(['verify', '--root', project.root]);
  expect([code, stdout]).toEqual([1, expect.stringContaining('snapdex repair --dry-run')]);
  expect(stderr).not.toContain('snapdex verify');
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
