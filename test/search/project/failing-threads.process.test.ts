import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FollowedProject } from './followed-project.js';
import { projectWith, until } from './temporary-project-index.js';

const MANY = Array.from({ length: 60 }, (_, number) => `${number}.md`);

it('what changed while no thread could read it is indexed when one can, and until then the index is not current', async () => {
  await using project = await projectWith(Object.fromEntries(MANY.map((path) => [path, `# ${path}\n`])));
  const endsThreads = join(project.root, 'no-threads');
  await using following = new FollowedProject({ root: project.root, endsThreads });
  await following.start();

  await writeFile(endsThreads, '');
  for (const path of MANY) await project.write(path, `# ${path}\n\nzymurgy\n`);
  await until(async () => (await following.ask('status')).problems.some(({ code }) => code === 'INDEXING_FAILED'));
  expect((await following.ask('status')).stale).toBe(true);

  await rm(endsThreads);
  await following.untilCurrent();
  expect((await following.ask('search', 'zymurgy')).results[0]?.matchedBy).toContain('keyword');
  expect(await following.problemCodes()).toEqual([]);
});
