/** Answers fit into a context window whatever the documents are made of: tokens are counted by real tokenizers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { realTokens, TEXT_OF_KIND } from '../real-tokens.js';
import { type ConnectedClient, connectModernClient } from './connected-client.js';

const MOST_TOKENS = 8000;

/** Enough of a kind for several answers. */
function longDocument(text: string): string {
  return `# Zymurgy\n\n${`${text}\n`.repeat(Math.ceil(80_000 / text.length))}`;
}

const LONG = Object.entries(TEXT_OF_KIND).map(([kind, text], number) => ({
  kind,
  path: `${number}.md`,
  text: longDocument(text),
}));
const CHINESE = TEXT_OF_KIND.chinese ?? '';
const GIANT_TITLE = CHINESE.repeat(700);
const HOSTILE = {
  'titled.md': `---\ntitle: "${GIANT_TITLE}"\n---\n\nQuiddity.\n`,
  'headed.md': `# ${GIANT_TITLE}\n\n## ${GIANT_TITLE}\n\nHaecceity.\n`,
  'one-line.md': `Ipseity ${CHINESE.repeat(500)}\n`,
};

let project: TemporaryProject;
let client: ConnectedClient;
beforeAll(async () => {
  project = await temporaryProject({ ...Object.fromEntries(LONG.map(({ path, text }) => [path, text])), ...HOSTILE });
  await json(['index', '--root', project.root]);
  client = await connectModernClient(project.root);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

/** The larger one of an answer's two forms. */
async function tokensOf(name: string, input: Record<string, unknown>): Promise<number> {
  const { answer, text, isError } = await client.call(name, input);
  expect({ name, isError, text: isError ? text : '' }).toEqual({ name, isError: false, text: '' });
  return Math.max(realTokens(text), realTokens(JSON.stringify(answer)));
}

describe('an answer of fewer than 8,000 tokens', () => {
  it.each(LONG)('holds the beginning of a long document: $kind', async ({ path }) => {
    const tokens = await tokensOf('get_document', { path, detail: 'full' });
    expect(tokens).toBeLessThan(MOST_TOKENS);
    expect(tokens).toBeGreaterThan(MOST_TOKENS / 2);
  });

  it.each(Object.keys(HOSTILE))('holds a document that has a giant title, heading or line: %s', async (path) => {
    for (const detail of ['brief', 'normal', 'full']) {
      expect(await tokensOf('get_document', { path, detail })).toBeLessThan(MOST_TOKENS);
    }
  });

  it('holds a list with giant titles', async () => {
    expect(await tokensOf('list_documents', {})).toBeLessThan(MOST_TOKENS);
    expect(await tokensOf('related_documents', { path: 'titled.md' })).toBeLessThan(MOST_TOKENS);
  });

  it.each(['zymurgy', 'quiddity', 'haecceity', 'ipseity'])(
    'holds whole passages that were found: %s',
    async (query) => {
      expect(await tokensOf('query_documents', { query, detail: 'full', limit: 50 })).toBeLessThan(MOST_TOKENS);
    },
  );
});
