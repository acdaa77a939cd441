import { Command } from 'commander';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { withIndex } from '../with-index.js';

/** `snapdex index`: brings the index up to date with the files, then ends. */
export function indexCommand(): Command {
  const command = new Command('index').description(
    'Index what has changed since the last time, then end. Servers that run at the same time see the result.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    await withIndex({
      options,
      mode: 'once',
      command: 'index',
      work: async ({ index, configuration }, progress) => {
        const outcome = await index.indexNow();
        progress.clear();
        printAnswer(outcome, {
          isJson: options.json === true,
          render: ({ generation, added, changed, removed, skipped }) =>
            added + changed + removed === 0
              ? `nothing has changed in ${configuration.root} (generation ${generation}${skippedNote(skipped)})`
              : `indexed ${configuration.root}: ${added} added, ${changed} changed, ${removed} removed ` +
                `(generation ${generation}${skippedNote(skipped)})`,
        });
      },
    });
  });
}

function skippedNote(skipped: number): string {
  return skipped === 0 ? '' : `, ${count(skipped, 'file')} skipped`;
}
