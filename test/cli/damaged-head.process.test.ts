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
