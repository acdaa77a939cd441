import { Command, Option } from 'commander';
import type { CollectAnswer } from '../../search/index.js';
import type { RetirementReason } from '../../store/index.js';
import { keeperWords } from '../keeper-words.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions, SETTINGS } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { textTable } from '../text-table.js';
import { withIndex } from '../with-index.js';

interface CollectOptions extends ProjectOptions {
  readonly dryRun?: boolean;
}

/** `snapdex collect`: deletes the generations that retention lets go. */
export function collectCommand(): Command {
  const command = new Command('collect')
    .description(
      'Delete the generations that retention lets go. The current one and those that are tagged or in use always stay.',
    )
    .option('--dry-run', 'only show what would be deleted, and why')
    .addOption(
      new Option('--maximum-total-bytes <size>', 'how large the history may be, such as 500MB').helpGroup(SETTINGS),
    );
  return addProjectOptions(command).action(async (options: CollectOptions) => {
    const dryRun = options.dryRun === true;
    let limitBytes: number | undefined;
    const answer = await withIndex({
      options,
      mode: dryRun ? 'read' : 'once-if-there',
      command: 'collect',
      work: ({ index, configuration }) => {
        limitBytes = configuration.maximumTotalBytes;
        return index.collect({ dryRun });
      },
    });
    const render = (collected: CollectAnswer): string => renderCollected(collected, { dryRun, limitBytes });
    printAnswer(answer, { isJson: options.json === true, render });
  });
}

function renderCollected(
  answer: CollectAnswer,
  { dryRun, limitBytes }: { readonly dryRun: boolean; readonly limitBytes: number | undefined },
): string {
  const parts = [summarize(answer, dryRun)];
  if (dryRun && answer.retirements.length > 0) parts.push(renderRetirements(answer.retirements));
  if (limitBytes !== undefined && answer.totalBytes > limitBytes) parts.push(renderExcess(answer, limitBytes));
  return parts.join('\n\n');
}

function summarize({ retired, kept, freedBytes, totalBytes }: CollectAnswer, dryRun: boolean): string {
  if (retired.length === 0 && kept.length === 0) return 'nothing to collect: there is no generation';
  const rest = `${count(kept.length, 'generation')} kept (${byteSize(totalBytes)})`;
  if (retired.length === 0) return `nothing to collect; ${rest}`;
  const verb = dryRun ? 'would delete' : 'deleted';
  const freed = freedBytes === 0 ? 'all of whose files others share' : byteSize(freedBytes);
  return `${verb} ${count(retired.length, 'generation')} (${retired.join(', ')}), ${freed}; ${rest}`;
}

const REASONS: Readonly<Record<RetirementReason, string>> = {
  age: 'beyond keep_generations, and old enough',
  count: 'beyond keep_generations',
  size: 'the history is larger than maximum_total_bytes',
};

function renderRetirements(retirements: CollectAnswer['retirements']): string {
  const rows = retirements.map(({ generation, reason, freedBytes }) => [
    String(generation),
    byteSize(freedBytes),
    REASONS[reason],
  ]);
  return textTable([['GENERATION', 'FREES', 'WHY IT GOES'], ...rows], ['right', 'right', 'left']);
}

function renderExcess({ totalBytes, remaining }: CollectAnswer, limitBytes: number): string {
  const rows = remaining.map(({ generation, ownBytes, keptBy }) => [
    String(generation),
    byteSize(ownBytes),
    keptBy.map(keeperWords).join(', '),
  ]);
  const table = textTable([['GENERATION', 'WOULD FREE', 'WHY IT STAYS'], ...rows], ['right', 'right', 'left']);
  return `the history is larger (${byteSize(totalBytes)}) than maximum_total_bytes (${byteSize(limitBytes)}), but what is left cannot go:\n${table}`;
}
