import { Command } from 'commander';
import { confirm } from '../confirm.js';
import { EXIT_FAILED } from '../exit-codes.js';
import { integerBetween } from '../integer-argument.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { withIndex } from '../with-index.js';

interface RollbackOptions extends ProjectOptions {
  readonly reason?: string;
  readonly yes?: boolean;
}

/** `snapdex rollback <generation>`: the content of an earlier generation as the newest one, and a hold. */
export function rollbackCommand(): Command {
  const command = new Command('rollback')
    .description(
      'Answer from an earlier generation again, in every process that shares the index, and hold there until ' +
        '"snapdex resume". No file is touched, and no generation is lost: the old content becomes a new generation.',
    )
    .argument('<generation>', 'its number, as "snapdex history" lists it', integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option('--reason <text>', 'why, for the history')
    .option('-y, --yes', 'do not ask');
  return addProjectOptions(command).action(async (generation: number, options: RollbackOptions) => {
    const question = `Roll the index back to generation ${generation}, for everyone who shares it?`;
    if (options.yes !== true && !(await confirm(question))) {
      process.stderr.write('nothing was changed\n');
      process.exitCode = EXIT_FAILED;
      return;
    }
    const { reason } = options;
    const answer = await withIndex({
      options,
      mode: 'once',
      command: 'rollback',
      work: ({ index }) => index.rollback({ generation, ...(reason === undefined ? {} : { reason }) }),
    });
    printAnswer(answer, {
      isJson: options.json === true,
      render: ({ rolledBackTo, generation: current, documents }) =>
        `rolled back to generation ${rolledBackTo} (${count(documents, 'document')}), which is now generation ${current}\n` +
        'on hold: changes of files are not indexed until "snapdex resume"',
    });
  });
}
