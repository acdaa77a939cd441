import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FollowedProject } from './followed-project.js';
import { type Project, projectWith, until } from './temporary-project-index.js';

/** While there is a file at `endsThreads`, no thread of it lives. */
function followed({ root }: Project): { readonly following: FollowedProject; readonly endsThreads: string } {
  const endsThreads = join(root, 'no-threads');
  const fault = { program: 'ending-threads.cjs', told: endsThreads } as const;
  return { following: new FollowedProject({ root, fault }), endsThreads };
}

const MANY = Array.from({ length: 60 }, (_, number) => `${number}.md`);

it('what changed while no thread could read it is indexed when one can, and until then the index is not current', async () => {
  await using project = await projectWith(Object.fromEntries(MANY.map((path) => [path, `# ${path}\n`])));
  const { following: server, endsThreads } = followed(project);
  await using following = server;
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

it('a merge that no thread can make is told, leaves the index current and is tried again, less and less often', async () => {
  await using project = await projectWith({ 'a.md': '# A\n' });
  const { following: server, endsThreads } = followed(project);
  await using following = server;
  await following.start();

  await writeFile(endsThreads, '');
  for (let number = 0; (await following.problemCodes()).length === 0; number++) {
    await project.write(`${number}.md`, `# ${number}\n`);
    await until(async () => (await following.ask('status')).documents === number + 2);
  }
  const [before, beganMs] = [(await stat(endsThreads)).size, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const tries = (await stat(endsThreads)).size - before;
  expect(tries).toBeLessThanOrEqual((performance.now() - beganMs) / 600);
  expect(await following.ask('status')).toMatchObject({ stale: false, problems: [{ code: 'INDEXING_FAILED' }] });

  await rm(endsThreads);
  await until(async () => (await following.problemCodes()).length === 0);
  expect((await following.ask('status')).segments).toBeLessThan(8);
});
