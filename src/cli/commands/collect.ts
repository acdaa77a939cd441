import { Command } from 'commander';
import type { CollectAnswer } from '../../search/index.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
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
    .option('--dry-run', 'only show what would be deleted');
  return addProjectOptions(command).action(async (options: CollectOptions) => {
    const dryRun = options.dryRun === true;
    const answer = await withIndex({
      options,
      mode: dryRun ? 'read' : 'once',
      command: 'collect',
      work: ({ index }) => index.collect({ dryRun }),
    });
    printAnswer(answer, { isJson: options.json === true, render: (collected) => renderCollected(collected, dryRun) });
  });
}

function renderCollected({ retired, kept, freedBytes }: CollectAnswer, dryRun: boolean): string {
  if (retired.length === 0) return `nothing to collect; ${count(kept.length, 'generation')} kept`;
  const verb = dryRun ? 'would delete' : 'deleted';
  return `${verb} ${count(retired.length, 'generation')} (${retired.join(', ')}), ${byteSize(freedBytes)}; ${count(kept.length, 'generation')} kept`;
}
