import { Command } from 'commander';
import type { HistoryAnswer } from '../../search/index.js';
import { documentCounts, operationOf } from '../generation-words.js';
import { integerBetween } from '../integer-argument.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { textTable } from '../text-table.js';
import { withIndex } from '../with-index.js';

interface HistoryOptions extends ProjectOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** `snapdex history`: the generations that are kept, newest first. */
export function historyCommand(): Command {
  const command = new Command('history')
    .description('List the generations of the index that are kept, newest first.')
    .option('-n, --limit <number>', 'most generations to show, 1 to 1000', integerBetween(1, 1000), 50)
    .option('--cursor <cursor>', 'go on after an earlier answer: its nextCursor');
  return addProjectOptions(command).action(async (options: HistoryOptions) => {
    const { limit, cursor } = options;
    const request = { limit, ...(cursor === undefined ? {} : { cursor }) };
    const history = await withIndex({
      options,
      mode: 'read',
      command: 'history',
      work: ({ index }) => index.history(request),
    });
    printAnswer(history, { isJson: options.json === true, render: renderHistory });
  });
}

function renderHistory({ generations, olderTagged, nextCursor }: HistoryAnswer): string {
  if (generations.length === 0) return 'no generation: run "snapdex index"';
  const rows = generations.map((entry) => [
    String(entry.generation),
    entry.createdAt,
    operationOf(entry),
    documentCounts(entry),
    byteSize(entry.sizeBytes),
    entry.writer,
    entry.tags.join(', '),
    // What indexing says of itself stands under DOCUMENTS already.
    entry.operation === 'index' ? '' : entry.reason,
  ]);
  const header = ['GENERATION', 'CREATED', 'OPERATION', 'DOCUMENTS', 'SIZE', 'WRITER', 'TAGS', 'REASON'];
  const table = textTable([header, ...rows], ['right', 'left', 'left', 'left', 'right', 'left', 'left', 'left']);
  const notes = olderTagged.length === 0 ? [] : [olderNote(olderTagged)];
  if (nextCursor !== undefined) notes.push(`more: --cursor ${nextCursor}`);
  return [table, ...notes.map((note) => stdoutStyle('dim', note))].join('\n');
}

function olderNote(olderTagged: HistoryAnswer['olderTagged']): string {
  const are = olderTagged.length === 1 ? 'is' : 'are';
  return `${count(olderTagged.length, 'older generation')} ${are} tagged: "snapdex tag" lists the tags`;
}
