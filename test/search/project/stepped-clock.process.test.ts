import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import { FollowedProject } from './followed-project.js';
import { projectWith, until } from './temporary-project-index.js';

it('a clock that is set back while a file waits to be indexed does not keep the index from following it', async () => {
  await using project = await projectWith({ 'a.md': '# A\n', 'b.md': '# B\n' });
  const told = join(project.root, 'clock');
  await using following = new FollowedProject({ root: project.root, fault: { program: 'stepped-clock.cjs', told } });
  await following.start();
  const holder = await project.open({ mode: 'once' });
  await project.write('b.md', '# B\n\nbarley\n');
  await until(async () => (await following.ask('search', 'barley')).results[0]?.matchedBy.includes('keyword') === true);
  await holder.rollback({ generation: 1 });
  const isRead = async (): Promise<boolean> => (await following.ask('takeOpened')).includes('a.md');
  await following.ask('takeOpened');
  await project.write('a.md', '# A\n\nzymurgy\n');
  await until(isRead);

  await writeFile(told, '-3600000');
  await project.write('a.md', '# A\n\nsaccharomyces\n');
  await until(isRead);
  await holder.resume();
  await following.untilCurrent();
});
