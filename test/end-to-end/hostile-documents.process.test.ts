/** Documents that are made to hold up whoever reads them: indexing them ends, and the server answers meanwhile. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { json, temporaryProject } from '../cli/temporary-project.js';
import { connectSdkClient, untilCurrent } from '../server/mcp-stdio/connected-client.js';

const fill = (text: string, length: number): string => text.repeat(Math.floor(length / text.length));

/** Each more than the analysis of it alone is tried with: see `test/search/analysis/hostile.test.ts`. */
const HOSTILE: Readonly<Record<string, string>> = {
  'huge-line.md': fill('word ', 9_000_000),
  'huge-word.md': fill('x', 9_000_000),
  'quotes.md': `${fill('> ', 2_000_000)}x`,
  'lists.md': `${fill('- ', 2_000_000)}x`,
  'brackets.md': fill('[', 1_000_000) + fill(']', 1_000_000),
  'links.md': fill('[a](<b', 2_000_000),
  'nested-links.md': fill('[a', 1_000_000) + fill('](b)', 2_000_000),
  'images.md': fill('![', 1_000_000) + fill('](x)', 1_000_000),
  'emphasis.md': fill('*a **b ', 2_000_000),
  'backticks.md': Array.from({ length: 2000 }, (_, count) => '`'.repeat(count)).join(' '),
  'references.md': fill('[a]: <', 2_000_000),
  'html.md': fill('<a href="', 2_000_000),
  'comments.md': fill('<!-- ', 2_000_000),
  'entities.md': fill('&#x41;&amp', 2_000_000),
  'headings.md': fill('# a\n', 1_000_000),
  'anchors.md': fill('[a](#a)\n', 1_000_000),
  'table.md': `${fill('a|', 100_000)}\n${fill('-|', 100_000)}\n${fill('b|', 100_000)}\n`,
  'yaml.md': `---\na: &a [x,x]\n${Array.from({ length: 30 }, (_, number) => `a${number}: &b${number} [*a,*a,*a,*a]\n`).join('')}---\n# Y\n`,
  'deep-yaml.md': `---\na: ${fill('[', 1_000_000)}\n---\n# Y\n`,
  'mdx.mdx': fill('{(<a b={', 1_000_000),
};

it('are indexed or told as a problem, and an ordinary document is found all the while', async () => {
  await using project = await temporaryProject({ 'ordinary.md': '# Ordinary\n\nThe art of zymurgy.\n' });
  await json(['index', '--root', project.root]);
  for (const [path, text] of Object.entries(HOSTILE)) await project.write(path, text);
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(project.root, 'pipe.md')]);
  await using client = await connectSdkClient(project.root);
  let answersMeanwhile = 0;
  for (;;) {
    const { answer } = await client.call('query_documents', { query: 'zymurgy' });
    expect(answer.results).toMatchObject([{ path: 'ordinary.md' }]);
    if (answer.stale === false) break;
    answersMeanwhile += 1;
  }
  expect(answersMeanwhile).toBeGreaterThan(1);
  const { answer } = await untilCurrent(client);
  // A document whose front matter is broken is indexed all the same.
  const problems = [answer.problems].flat().map((problem) => JSON.stringify(problem));
  const notIndexed = problems.filter((problem) => !problem.includes('FRONT_MATTER_BROKEN')).join();
  expect(Number(answer.documents) + Object.keys(HOSTILE).filter((path) => notIndexed.includes(path)).length).toBe(
    Object.keys(HOSTILE).length + 1,
  );
});
