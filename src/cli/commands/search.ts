import { Command } from 'commander';
import type { Correction, SearchAnswer, SearchResult, TextRange } from '../../search/index.js';
import { fileNote, harmlessLine, type OpenProjectIndex, passageHeadings } from '../../server/index.js';
import { emptinessNote } from '../emptiness.js';
import { printProblem } from '../failure.js';
import { generationWord } from '../generation-choice.js';
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
  readonly asOf?: string;
  readonly explain?: boolean;
}

/** `snapdex search <words…>`: the passages that answer a question, best first. */
export function searchCommand(): Command {
  const command = new Command('search')
    .description(
      'Search the indexed documents: a question, keywords or identifiers. Shows the best passages first, ' +
        'at most two of one document.',
    )
    .argument('<query...>', 'what to look for; several words need no quotes')
    .option('-n, --limit <number>', 'most results to show, 1 to 50', integerBetween(1, 50), 10)
    .option('--path-prefix <prefix>', 'only documents whose path starts with this, e.g. docs/')
    .option('--cursor <cursor>', 'go on after an earlier answer: its nextCursor')
    .option('--as-of <generation>', 'search an earlier generation: its number, a tag, or a time', generationWord)
    .option('--explain', 'show what each score is made of');
  return addProjectOptions(command).action(async (words: readonly string[], options: SearchOptions) => {
    const isJson = options.json === true;
    const { answer, nothing, emptiness } = await withIndex({
      options,
      mode: 'read',
      command: 'search',
      work: (opened) => search(opened, words.join(' '), options),
    });
    const { foundWords } = await import('../../search/index.js');
    const emphasise: Emphasis = (text) => withStyle(text, foundWords(text, words.join(' '), answer));
    printAnswer(answer, { isJson, render: (found) => renderAnswer(found, harmlessLine(nothing), emphasise) });
    printStaleness(answer, { isJson, emptiness });
    // Failures were told when they happened.
    const { withoutVectors } = answer;
    if (withoutVectors?.code === 'VECTORS_PENDING') printProblem('warning', withoutVectors, { isJson });
  });
}

/** An answer, and what to say to a person if it is empty. */
interface Searched {
  readonly answer: SearchAnswer;
  readonly nothing: string;
  readonly emptiness: string | undefined;
}

async function search(
  { index, configuration }: OpenProjectIndex,
  query: string,
  { limit, cursor, pathPrefix, asOf, explain, json }: SearchOptions,
): Promise<Searched> {
  const when = asOf === undefined ? {} : { asOf };
  const answer = await index.search({
    query,
    limit,
    ...when,
    ...(cursor === undefined ? {} : { cursor }),
    ...(pathPrefix === undefined ? {} : { pathPrefix }),
    ...(explain === true ? { explain } : {}),
  });
  const emptiness = answer.generation === 0 && json !== true ? await emptinessNote(configuration) : undefined;
  const isNothingBelow =
    answer.results.length === 0 && answer.generation > 0 && pathPrefix !== undefined
      ? (await index.list({ ...when, limit: 1, pathPrefix })).total === 0
      : false;
  return { answer, nothing: nothingFound(answer, isNothingBelow ? pathPrefix : undefined), emptiness };
}

/** @param emptyPrefix below which there is no document */
function nothingFound({ hasNoWords }: SearchAnswer, emptyPrefix: string | undefined): string {
  if (emptyPrefix !== undefined) return `no results: no document lies below ${JSON.stringify(emptyPrefix)}`;
  return hasNoWords === true ? 'no results: the question has no word to look for' : 'no results';
}

/** A text with the words that were looked for emphasised. */
type Emphasis = (text: string) => string;

function withStyle(text: string, ranges: readonly TextRange[]): string {
  const parts = ranges.map(({ start, end }, index) => {
    const before = text.slice(ranges[index - 1]?.end ?? 0, start);
    return before + stdoutStyle('yellow', text.slice(start, end));
  });
  return parts.join('') + text.slice(ranges.at(-1)?.end ?? 0);
}

function renderAnswer(answer: SearchAnswer, nothing: string, emphasise: Emphasis): string {
  const pagesNote = firstPageNote(answer);
  if (answer.results.length === 0) return [nothing, ...pagesNote].join('\n\n');
  const parts = [
    ...(answer.corrections ?? []).map(renderCorrection),
    ...(answer.isByLikenessAlone === true ? [LIKENESS_ALONE] : []),
    ...answer.results.map((result) => renderResult(result, emphasise)),
    ...pagesNote,
  ];
  if (answer.nextCursor !== undefined) parts.push(stdoutStyle('dim', `more: --cursor ${answer.nextCursor}`));
  return parts.join('\n\n');
}

const LIKENESS_ALONE = 'no document has any of these words; what follows is only like them, or linked to what is';

/** A ranking that changed has no place where one could go on. */
function firstPageNote({ firstPageGeneration }: SearchAnswer): readonly string[] {
  if (firstPageGeneration === undefined) return [];
  const note =
    `the first page was of generation ${firstPageGeneration}: results may be missing or come twice; ` +
    `--as-of ${firstPageGeneration} goes on in that one`;
  return [stdoutStyle('yellow', note)];
}

function renderCorrection({ asked, used }: Correction): string {
  return `nothing says "${asked}"; these results are for "${used}"`;
}

function renderResult(result: SearchResult, emphasise: Emphasis): string {
  const place = stdoutStyle('cyan', `${result.path}:${result.startLine}`);
  const headings = stdoutStyle('bold', passageHeadings(result));
  // Whoever looks for the words in a passage that has none of them should know what it was found by.
  const hasWords = result.matchedBy.includes('keyword');
  const mark = hasWords ? '' : stdoutStyle('dim', ` (${result.matchedBy.join(', ')})`);
  const snippet = result.snippet.trim().split(/\r?\n/u);
  const lines = [`${place}  ${headings}${mark}`, ...snippet.map((line) => `    ${emphasise(line)}`.trimEnd())];
  const note = result.fileNow === undefined ? [] : [`    ${stdoutStyle('yellow', fileNote(result.fileNow))}`];
  return [...lines, ...note, ...renderExplanation(result)].join('\n');
}

function renderExplanation({ score, explanation }: SearchResult): readonly string[] {
  if (explanation === undefined) return [];
  const parts = explanation.map(({ adds, reason }) => `      ${adds.toFixed(3).padStart(6)}  ${reason}`);
  return [`    score ${score.toFixed(3)}`, ...parts].map((line) => stdoutStyle('dim', line));
}
