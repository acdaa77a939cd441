import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { type EmbeddingServer, embeddingServer } from '../embedding/embedding-server.js';
import { type Project, projectWith, until } from './temporary-project-index.js';

const run = promisify(execFile);

/** Enough that what differs is a small part of the index. */
const DOCUMENTS = 120;
/** As many differ between the branches: few, and so many that merging drops what the other branch has. */
const FEW = 3;
const MANY = 60;

describe('a `git checkout` of a branch that differs in some documents', () => {
  it.each([FEW, MANY])('embeds those documents alone, and back again nothing: %s', async (differing) => {
    await using project = await projectWith(documents());
    const git = await repositoryWithBranch(project, differing);
    const server = await embeddingServer();
    const index = await serve(project, server);
    expect(server.embedded).toHaveLength(DOCUMENTS);
    await git('checkout', '--quiet', 'other');
    await untilFound(index, 'Rewritten', differing);
    const rewritten = server.embedded.slice(DOCUMENTS).map((text) => /Rewritten text (\d+)/.exec(text)?.[1]);
    expect(new Set(rewritten)).toEqual(new Set(Array.from({ length: differing }, (_, number) => String(number))));
    for (const [branch, word] of [
      ['main', 'Original'],
      ['other', 'Rewritten'],
    ] as const) {
      await git('checkout', '--quiet', branch);
      await untilFound(index, word, differing);
    }
    expect(server.embedded).toHaveLength(DOCUMENTS + differing);
  });

  it('indexes those documents alone', async () => {
    await using project = await projectWith(documents());
    const git = await repositoryWithBranch(project, FEW);
    const index = await serve(project);
    const before = (await index.status()).generation;
    await git('checkout', '--quiet', 'other');
    await untilFound(index, 'Rewritten', FEW);
    const { generations } = await index.history({});
    const later = generations.filter(({ generation }) => generation > before);
    // Slow as a checkout may be, no document is counted twice.
    expect(later.reduce((sum, { changed }) => sum + (changed ?? 0), 0)).toBe(FEW);
    expect(later.map(({ added, removed }) => [added, removed])).toEqual(later.map(() => [0, 0]));
  });
});

function documents(): Readonly<Record<string, string>> {
  const entries = Array.from({ length: DOCUMENTS }, (_, number) => [pathOf(number), textOf(number, 'Original')]);
  return Object.fromEntries(entries);
}

function pathOf(number: number): string {
  return `${number}.md`;
}

function textOf(number: number, word: string): string {
  return `# Document ${number}\n\n${word} text ${number}.\n`;
}

/** A repository on `main`, with a branch `other` in which some documents are other ones. */
async function repositoryWithBranch(
  project: Project,
  differing: number,
): Promise<(...words: readonly string[]) => Promise<unknown>> {
  const git = (...words: readonly string[]): Promise<unknown> =>
    run('git', ['-C', project.root, '-c', 'user.name=test', '-c', 'user.email=test@example.org', ...words]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=original');
  await git('checkout', '--quiet', '-b', 'other');
  for (let number = 0; number < differing; number++) await project.write(pathOf(number), textOf(number, 'Rewritten'));
  await git('commit', '--quiet', '--all', '--message=rewritten');
  await git('checkout', '--quiet', 'main');
  return git;
}

/** A served index of which every passage has its vector. */
async function serve(project: Project, server?: EmbeddingServer): Promise<ProjectIndex> {
  const http = { embedder: 'http', model: 'tiny', url: server?.url ?? '' } as const;
  const index = await project.open(server === undefined ? {} : { embedding: http });
  index.start();
  await untilFound(index, 'Original', FEW);
  return index;
}

/** Waits until all that differs has this word, and a vector. */
async function untilFound(index: ProjectIndex, word: string, differing: number): Promise<void> {
  await until(async () => {
    const { stale, embedding } = await index.status();
    if (stale || embedding.embedded !== DOCUMENTS || embedding.missing > 0) return false;
    const texts = await Promise.all(
      Array.from({ length: differing }, (_, number) => index.document({ path: pathOf(number) })),
    );
    return texts.every(({ text, changedSinceIndexed }) => !changedSinceIndexed && text.includes(word));
  });
}
