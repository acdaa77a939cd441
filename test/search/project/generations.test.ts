import { describe, expect, it } from 'vitest';
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
});
