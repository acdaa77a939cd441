import { Command } from 'commander';
import type { SearchAnswer, SearchResult } from '../../search/index.js';
import { integerBetween } from '../integer-argument.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { printStaleness } from '../staleness.js';
import { stdoutStyle } from '../style.js';
import { withIndex } from '../with-index.js';

interface SearchOptions extends ProjectOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly pathPrefix?: string;
}

/** `snapdex search <words…>`: the passages that answer a question, best first. */
export function searchCommand(): Command {
  const command = new Command('search')
    .description('Search the indexed documents: a question, keywords or identifiers. Shows the best passages first.')
    .argument('<query...>', 'what to look for; several words need no quotes')
    .option('-n, --limit <number>', 'most results to show, 1 to 50', integerBetween(1, 50), 10)
    .option('--path-prefix <prefix>', 'only documents whose path starts with this, e.g. docs/')
    .option('--cursor <cursor>', 'go on after an earlier answer: its nextCursor');
  return addProjectOptions(command).action(async (words: readonly string[], options: SearchOptions) => {
    const answer = await withIndex({
      options,
      mode: 'read',
      command: 'search',
      work: ({ index }) =>
        index.search({
          query: words.join(' '),
          limit: options.limit,
          ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
          ...(options.pathPrefix === undefined ? {} : { pathPrefix: options.pathPrefix }),
        }),
    });
    const isJson = options.json === true;
    printAnswer(answer, { isJson, render: renderAnswer });
    printStaleness(answer, { isJson });
  });
}

function renderAnswer(answer: SearchAnswer): string {
  if (answer.results.length === 0) return 'no results';
  const parts = answer.results.map(renderResult);
  if (answer.nextCursor !== undefined) parts.push(stdoutStyle('dim', `more: --cursor ${answer.nextCursor}`));
  return parts.join('\n\n');
}

function renderResult(result: SearchResult): string {
  const place = stdoutStyle('cyan', `${result.path}:${result.startLine}`);
  const headings = stdoutStyle('bold', result.headingPath.length > 0 ? result.headingPath.join(' > ') : result.title);
  const snippet = result.snippet.trim().split(/\r?\n/u);
  return [`${place}  ${headings}`, ...snippet.map((line) => `    ${line}`.trimEnd())].join('\n');
}
