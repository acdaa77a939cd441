/** Pages of one list between which something is committed. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { type Project, projectWith } from './temporary-project-index.js';

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
/** Ten documents that say much the same. */
const ALPHABET = Object.fromEntries(LETTERS.map((name) => [`${name}.md`, `# ${name}\n\nZymurgy of ${name}.\n`]));

describe('pages of a list that has an order', () => {
  it('of documents skip none and show none twice when one goes and one comes in between', async () => {
    const { index, commit } = await opened(ALPHABET);
    const first = await index.list({ limit: 5 });
    await commit(async (project) => {
      await project.remove('a.md');
      await project.write('k.md', '# K\n');
    });
    const second = await index.list({ limit: 9, ...goingOn(first) });
    expect(pathsOf(first.documents)).toEqual(['a.md', 'b.md', 'c.md', 'd.md', 'e.md']);
    expect(pathsOf(second.documents)).toEqual(['f.md', 'g.md', 'h.md', 'i.md', 'j.md', 'k.md']);
    expect(second).not.toHaveProperty('nextCursor');
  });

  it('of documents go on behind the last one shown although that is gone, also below a prefix', async () => {
    const { index, commit } = await opened({ ...ALPHABET, 'k/a.md': '# A\n', 'k/b.md': '# B\n', 'k/c.md': '# C\n' });
    const first = await index.list({ limit: 2, pathPrefix: 'k/' });
    await commit((project) => project.remove('k/b.md'));
    const second = await index.list({ pathPrefix: './k/', ...goingOn(first) });
    expect([pathsOf(second.documents), second.total]).toEqual([['k/c.md'], 2]);
  });

  it('of a comparison skip none and show none twice, when a change is taken back in between', async () => {
    const { index, commit } = await opened(ALPHABET);
    await commit(async (project) => {
      for (const name of ['a', 'b', 'c']) await project.write(`new-${name}.md`, `# New ${name}\n`);
      for (const name of ['f', 'g']) await project.write(`${name}.md`, '# Changed\n');
      await project.remove('j.md');
    });
    const first = await index.compare({ from: '1', limit: 4 });
    await commit((project) => project.remove('new-a.md'));
    const second = await index.compare({ from: '1', ...goingOn(first) });
    expect(pathsOf(first.changes)).toEqual(['new-a.md', 'new-b.md', 'new-c.md', 'f.md']);
    expect(pathsOf(second.changes)).toEqual(['g.md', 'j.md']);
  });

  it('of links, backlinks and broken links skip none and show none twice when other documents change', async () => {
    const { index, commit } = await opened({
      ...Object.fromEntries(LETTERS.map((name) => [`${name}.md`, '[hub](hub.md) and [again](hub.md#x)\n'])),
      'hub.md': `${LETTERS.map((name) => `[${name}](${name}.md)`).join(' ')}\n\n[x](x) [y](y) [z](z)\n`,
    });
    const first = await index.related({ path: 'hub.md', limit: 2 });
    await commit(async (project) => {
      await project.remove('a.md');
      await project.write('x.md', '# X\n');
    });
    const second = await index.related({ path: './hub.md', limit: 100, ...goingOn(first) });
    expect(pathsOf(second.links)).toEqual([...LETTERS.slice(2).map((name) => `${name}.md`), 'x.md']);
    expect(pathsOf(second.backlinks)).toEqual(LETTERS.slice(1).flatMap((name) => [`${name}.md`, `${name}.md`]));
    expect(second.brokenLinks.map(({ target }) => target)).toEqual(['z']);
  });
});

describe('pages of a ranking', () => {
  it('say the generation of the first page when another one answers, on all further pages, and fit as of that', async () => {
    const { index, commit } = await opened(ALPHABET);
    const asked = { query: 'zymurgy', limit: 3 };
    const first = await index.search(asked);
    expect(await index.search({ ...asked, ...goingOn(first) })).not.toHaveProperty('firstPageGeneration');
    await commit((project) => project.remove('a.md'));
    const second = await index.search({ ...asked, ...goingOn(first) });
    const third = await index.search({ ...asked, ...goingOn(second) });
    expect([second, third]).toMatchObject([{ firstPageGeneration: 1 }, { generation: 2, firstPageGeneration: 1 }]);
    const asBefore = await index.search({ ...asked, limit: 50, asOf: '1', ...goingOn(first) });
    expect(asBefore).not.toHaveProperty('firstPageGeneration');
    expect(pathsOf([...first.results, ...asBefore.results]).sort()).toEqual(Object.keys(ALPHABET));
  });

  it('of related documents say so too', async () => {
    const { index, commit } = await opened(ALPHABET);
    const first = await index.related({ path: 'a.md', limit: 2 });
    expect(await index.related({ path: 'a.md', ...goingOn(first) })).not.toHaveProperty('firstPageGeneration');
    await commit((project) => project.remove('j.md'));
    const second = await index.related({ path: 'a.md', ...goingOn(first) });
    expect(second).toMatchObject({ generation: 2, firstPageGeneration: 1 });
  });
});

describe('a cursor', () => {
  it('goes on with another limit, another detail and as of another generation', async () => {
    const { index } = await opened(ALPHABET);
    const { nextCursor: cursor = '' } = await index.search({ query: 'zymurgy', limit: 2 });
    const more = await index.search({ query: 'zymurgy', limit: 4, detail: 'brief', explain: true, asOf: '1', cursor });
    expect(more.results).toHaveLength(4);
  });

  it('is refused by every request but the one that gave it', async () => {
    const below = Object.entries(ALPHABET).map(([path, text]) => [`k/${path}`, text]);
    const { index, commit } = await opened({ ...ALPHABET, ...Object.fromEntries(below) });
    await commit((project) => project.write('a.md', '# Changed\n'));
    await commit(async (project) => {
      await project.write('b.md', '# Changed\n');
      await project.write('c.md', '# Changed\n');
    });
    const requests = requestsOf(index);
    for (const [giver, give] of Object.entries(requests)) {
      const { nextCursor: cursor = '' } = await give({});
      expect({ giver, cursor }).toEqual({ giver, cursor: expect.stringMatching(/^[\w-]{8,60}$/u) });
      for (const [taker, take] of Object.entries(requests)) {
        const refusal = await take({ cursor }).then(
          () => undefined,
          (error: Error) => error,
        );
        if (taker === giver) expect(refusal).toBeUndefined();
        else expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('another') });
      }
    }
  });

  it.each(['', 'foo', 'WzEsMV0', 'W10aaaa', 'e30aaaa'])('that is %j is none that an answer gave', async (cursor) => {
    const { index } = await opened({ 'a.md': '# A\n' });
    await expect(index.list({ cursor })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      remedy: expect.stringContaining('leave it out'),
    });
  });
});

interface Page {
  readonly nextCursor?: string;
}

/** Requests of which no two may go on with each other's cursors. */
function requestsOf(index: ProjectIndex): Readonly<Record<string, (on: { cursor?: string }) => Promise<Page>>> {
  return {
    search: (on) => index.search({ query: 'zymurgy', limit: 2, ...on }),
    'another query': (on) => index.search({ query: 'zymurgy of', limit: 2, ...on }),
    'search below a prefix': (on) => index.search({ query: 'zymurgy', pathPrefix: 'k/', limit: 2, ...on }),
    list: (on) => index.list({ limit: 2, ...on }),
    'list below a prefix': (on) => index.list({ limit: 2, pathPrefix: 'k/', ...on }),
    related: (on) => index.related({ path: 'd.md', limit: 1, ...on }),
    'related to another': (on) => index.related({ path: 'e.md', limit: 1, ...on }),
    history: (on) => index.history({ limit: 1, ...on }),
    compare: (on) => index.compare({ from: '1', limit: 1, ...on }),
    'compare to': (on) => index.compare({ from: '1', to: '3', limit: 1, ...on }),
    'compare from': (on) => index.compare({ from: '2', limit: 1, ...on }),
  };
}

const projects: Project[] = [];

afterEach(async () => {
  for (const project of projects.splice(0)) await project[Symbol.asyncDispose]();
});

/** A project that is indexed, its index, and how more is committed to it. */
async function opened(documents: Readonly<Record<string, string>>) {
  const project = await projectWith(documents);
  projects.push(project);
  await project.index();
  const index = await project.open({ mode: 'once' });
  return {
    index,
    commit: async (change: (project: Project) => Promise<void>): Promise<void> => {
      await change(project);
      await index.indexNow();
    },
  };
}

function goingOn({ nextCursor }: Page): { readonly cursor: string } {
  return { cursor: nextCursor ?? '' };
}

function pathsOf(entries: readonly { readonly path: string }[]): string[] {
  return entries.map(({ path }) => path);
}
