import { expect, test } from 'vitest';
import { withStore, writing } from './with-store.js';

test('a limit of the history is a limit, and tagged generations beyond it are named', () =>
  withStore(async ({ store }) => {
    for (const text of ['1', '2', '3', '4']) await store.update(writing('a', text));
    for (const [name, generation] of [
      ['first', 1],
      ['start', 1],
      ['second', 2],
      ['now', 4],
    ] as const) {
      await store.tag(name, generation);
    }
    const { generations, olderTagged } = await store.history({ limit: 2 });
    expect(generations.map(({ generation, tags }) => [generation, ...tags])).toEqual([[4, 'now'], [3]]);
    expect(olderTagged).toEqual([
      { generation: 2, tags: ['second'] },
      { generation: 1, tags: ['first', 'start'] },
    ]);
    expect((await store.history()).olderTagged).toEqual([]);
  }));

test('commits and rollbacks bear the name that their store was introduced with', () =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    await store.introduce({ client: 'an assistant' });
    await store.update(writing('a', '2'));
    await store.rollback(1, { hold: true });
    const { generations } = await store.history();
    expect(generations.map(({ writer }) => writer.client)).toEqual(['an assistant', 'an assistant', 'snapdex']);
    expect(generations[0]?.hold).toMatchObject({ by: 'an assistant' });
  }));
