import { beforeAll, describe, expect, it } from 'vitest';
import { canLimitWatches, FollowedProject } from './followed-project.js';
import { type Project, projectWith, until } from './temporary-project-index.js';

const TEN = Object.fromEntries(Array.from({ length: 10 }, (_, number) => [`${number}.md`, `# Document ${number}\n`]));

/** Longer ago than the file system's clock can stand still, so that times tell whether a file has changed. */
async function projectOfLongAgo(): Promise<Project> {
  const project = await projectWith({ ...TEN, 'docs/deep/a.md': '# A\n' });
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  return project;
}

/** Waits until an answer says that it may be old, and then for one that has it and says that it is not. */
async function healed(following: FollowedProject, query: string): Promise<void> {
  await until(async () => (await following.ask('search', query)).stale);
  await until(async () => {
    const { stale, results } = await following.ask('search', query);
    return !stale && results[0]?.matchedBy.includes('keyword') === true;
  });
}

describe.skipIf(process.platform !== 'linux')('a server whose watches are gone without a word', () => {
  it('notices by the first change that it meets, says so, and heals by comparing, which reads what has changed', async () => {
    await using project = await projectOfLongAgo();
    await using following = new FollowedProject(project);
    await following.start();
    await following.ask('loseWatches');
    await project.write('3.md', '# Document 3\n\nzymurgy\n');
    const { stale, results } = await following.ask('search', 'document 3');
    expect(stale).toBe(true);
    expect(results.filter(({ fileNow }) => fileNow === 'changed').map(({ path }) => path)).toEqual(['3.md']);
    await until(async () => (await following.problemCodes()).includes('NOT_WATCHING'));
    await project.write('docs/new.md', '# New\n\nsaccharomyces\n');
    await healed(following, 'saccharomyces');
    await following.untilCurrent();
    expect((await following.ask('search', 'zymurgy')).results[0]?.path).toBe('3.md');
    expect(await following.ask('takeOpened')).toEqual(['3.md', 'docs/new.md']);
    expect(await following.problemCodes()).toEqual(['NOT_WATCHING']);
  });
});

describe.skipIf(!canLimitWatches)('a server that gets no watches (ENOSPC)', () => {
  let project: Project;
  beforeAll(async () => {
    project = await projectOfLongAgo();
    return () => project[Symbol.asyncDispose]();
  });

  it('is current after comparing, is stale when that shows a change, and watches as soon as it may', async () => {
    await using following = new FollowedProject({ root: project.root, hasOwnLimits: true });
    await following.ask('allowWatches', 1);
    await following.start();
    expect((await following.ask('status')).problems).toMatchObject([
      { code: 'NOT_WATCHING', remedy: expect.stringContaining('max_user_watches') },
    ]);
    await project.write('3.md', '# Document 3\n\nzymurgy\n');
    await healed(following, 'zymurgy');
    expect(await following.ask('takeOpened')).toEqual(['3.md']);

    await following.ask('allowWatches', 1_000);
    await until(async () => (await following.problemCodes()).length === 0);
    await project.write('docs/deep/a.md', '# A\n\nsaccharomyces\n');
    await healed(following, 'saccharomyces');
    expect(await following.problemCodes()).toEqual([]);
  });
});
