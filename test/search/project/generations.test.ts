import { describe, expect, it } from 'vitest';
import type { GenerationSummary } from '../../../dist/search/index.js';
import { diagnoseStore } from '../../../dist/store/index.js';
import { projectWith } from './temporary-project-index.js';

describe('generations', () => {
  it('are named, and the names taken away', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n' });
    await project.index();
    const index = await project.open({ mode: 'once' });
    expect(await index.tag({ name: 'first', generation: '1' })).toMatchObject({
      tag: { name: 'first', generation: 1 },
    });
    expect((await index.history({})).generations).toMatchObject([{ generation: 1, tags: ['first'] }]);
    await index.untag('first');
    expect((await index.history({})).generations).toMatchObject([{ generation: 1, tags: [] }]);
  });

  it('say how much of them they wrote themselves', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n' });
    await project.index();
    const index = await project.open({ mode: 'once' });
    await index.rollback({ generation: 1 });
    const { generations } = await index.history({});
    const [restored, first] = generations;
    expect(first?.ownSizeBytes).toBe(first?.sizeBytes);
    expect(restored).toMatchObject({ ownSizeBytes: 0, sizeBytes: first?.sizeBytes });
  });

  it('occupy the same bytes in the status, for collecting and for a diagnosis', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n' });
    await project.index();
    const index = await project.open({ mode: 'once', keepGenerations: 2, minimumAgeMs: 0 });
    await index.tag({ name: 'first', generation: '1' });
    for (const word of ['hops', 'malt', 'wort', 'mash']) {
      await project.write(`${word}.md`, `# ${word}\n`);
      await index.indexNow();
    }
    const { retired, totalBytes } = await index.collect({});
    expect(retired).not.toEqual([]);
    expect((await index.status()).sizeBytes).toBe(totalBytes);
    expect((await diagnoseStore(project.indexPath)).space.generations).toBe(totalBytes);
  });

  it('give as their reason what they changed, without what could not be indexed', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n', 'hops.md': '# Hops\n', 'raw.md': '\0\0' });
    await project.index();
    await project.write('malt.md', '# Malt\n');
    await project.remove('yeast.md');
    await project.index();
    await project.remove('hops.md');
    await project.index();
    const index = await project.open({ mode: 'read' });
    const { generations } = await index.history({});
    expect(generations.map(({ reason }) => reason)).toEqual([
      'removed 1 document',
      'indexed 1 document, removed 1 document',
      'indexed 2 documents',
    ]);
  });

  it('tell what a rollback changed, and nothing of a resume', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n', 'hops.md': '# Hops\n' });
    await project.index();
    await project.write('malt.md', '# Malt\n');
    await project.write('hops.md', '# Bitter hops\n');
    await project.remove('yeast.md');
    await project.index();
    const index = await project.open({ mode: 'once' });
    await index.rollback({ generation: 1 });
    await index.resume();
    const { generations } = await index.history({});
    expect(generations.map(countsOf)).toEqual([
      ['resume', 0, 0, 0],
      ['rollback', 1, 1, 1],
      ['index', 1, 1, 1],
      ['index', 2, 0, 0],
    ]);
    expect((await index.history({ limit: 2 })).generations.map(countsOf)).toContainEqual(['rollback', 1, 1, 1]);
  });

  it('do not tell what a rollback changed once the generation before it is gone', async () => {
    await using project = await projectWith({ 'yeast.md': '# Yeast\n' });
    await project.index();
    await project.write('hops.md', '# Hops\n');
    await project.index();
    const index = await project.open({ mode: 'once', keepGenerations: 1, minimumAgeMs: 0 });
    await index.rollback({ generation: 1 });
    await index.collect({ dryRun: false });
    expect((await index.history({})).generations.map(countsOf)).toEqual([['rollback', null, null, null]]);
  });
});

function countsOf({ operation, added, changed, removed }: GenerationSummary): readonly unknown[] {
  return [operation, added, changed, removed];
}
