/** Documents on a file system that says nothing of changes which are made behind it, as a network mount does. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FollowedProject } from '../search/project/followed-project.js';
import { until } from '../search/project/temporary-project-index.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { OddMount, requireOddMounts } from './odd-mounts.js';

const DOCUMENTS = 20;
/** So that times tell whether a file has changed. */
const CLOCK_STEP_MS = 2_100;

test('what is changed behind a mount makes the answers stale until all is compared, which reads what has changed', async (context) => {
  requireOddMounts(context);
  const backing = makeTemporaryFolder();
  const indexPath = makeTemporaryFolder();
  const write = (name: string, text: string): void => fs.writeFileSync(path.join(backing, name), text);
  for (let number = 0; number < DOCUMENTS; number++) write(`${number}.md`, `# Document ${number}\n`);
  await pause(CLOCK_STEP_MS);
  {
    await using mount = await OddMount.make('no-links', backing);
    await using following = new FollowedProject({ root: mount.folder, indexPath });
    await following.start();
    expect((await following.ask('status')).problems).toContainEqual(
      expect.objectContaining({ code: 'NOT_WATCHING', message: expect.stringContaining('on fuse') }),
    );
    write('3.md', '# Document 3\n\nzymurgy\n');
    write('new.md', '# New\n\nzymurgy\n');
    fs.rmSync(path.join(backing, '4.md'));
    await until(async () => (await following.ask('search', 'zymurgy')).stale);
    await until(async () => {
      const { stale, results } = await following.ask('search', 'zymurgy');
      return !stale && results.filter(({ matchedBy }) => matchedBy.includes('keyword')).length === 2;
    });
    expect((await following.ask('status')).documents).toBe(DOCUMENTS);
    const opened = await following.ask('takeOpened');
    expect(opened).toEqual(['3.md', 'new.md']);
    await context.annotate(`${opened.length} of ${DOCUMENTS} documents read`);
  }
  for (const made of [backing, indexPath]) fs.rmSync(made, { recursive: true });
});
