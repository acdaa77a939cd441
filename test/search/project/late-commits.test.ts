import { describe, expect, it } from 'vitest';
import { IndexManager } from '../../../dist/search/library.js';
import { type Project, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

/** Commits what an instance has read a while ago; it dies before it is told of the change since. */
async function commitLate(indexPath: string, path: string, content: string): Promise<void> {
  await using other = await IndexManager.open(indexPath);
  other.indexDocument(path, content);
  await other.persist();
}

describe('a commit of what a document held before its last change', () => {
  it.each([
    ['which is gone by now', (project: Project) => project.remove('a.md')],
    ['which is another by now', (project: Project) => project.write('a.md', '# Almond\n')],
    ['which cannot be indexed by now', (project: Project) => project.write('a.md', new Uint8Array([0xff, 0xfe, 0x00]))],
  ])('%s is noticed at once and mended, and no watch is said to be silent', async (_, change) => {
    await using project = await projectWith({ 'a.md': '# Apricot\n', 'b.md': '# Bilberry\n' });
    await using index = await project.open({ reconciliationIntervalMs: 3_000 });
    index.start();
    await untilCurrent(index);
    await change(project);
    const isChanged = async (): Promise<boolean> =>
      !(await index.list({})).documents.some(({ title }) => title === 'Apricot');
    await until(isChanged);
    await untilCurrent(index);
    await commitLate(project.indexPath, 'a.md', '# Apricot\n');
    // Whoever asks afterwards is told that the answer is old, until it is not.
    await until(async () => {
      const { stale, documents } = await index.list({});
      expect({ stale, isOld: documents.some(({ title }) => title === 'Apricot') }).not.toEqual({
        stale: false,
        isOld: true,
      });
      return !stale;
    });
    // A comparison of all files comes meanwhile, and two seconds after it a verdict.
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    expect((await problemCodes(index)).filter((code) => code !== 'DOCUMENT_NOT_UTF8')).toEqual([]);
  });
});
