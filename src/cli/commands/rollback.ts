import { Command } from 'commander';
import { ServerError } from '../../server/index.js';
import { findGeneration } from '../../store/index.js';
import { confirm, isAnybodyThere } from '../confirm.js';
import { EXIT_FAILED } from '../exit-codes.js';
import { generationWord } from '../generation-choice.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { withIndex } from '../with-index.js';
import { withStore } from '../with-store.js';

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
    .argument('<generation>', 'its number, as "snapdex history" lists it, a tag, or a time', generationWord)
    .option('--reason <text>', 'why, for the history')
    .option('-y, --yes', 'do not ask; needed where there is no terminal');
  return addProjectOptions(command).action(async (word: string, options: RollbackOptions) => {
    // Opened for reading first: where there is no index to roll back, none is made.
    const read = { options, mode: 'read', command: 'rollback' } as const;
    const generation = await withStore({ ...read, work: ({ store }) => findGeneration(store, word) });
    if (options.yes !== true && !(await isAgreed(generation))) {
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

/** @throws ServerError USAGE where nobody can be asked */
async function isAgreed(generation: number): Promise<boolean> {
  if (isAnybodyThere()) return confirm(`Roll the index back to generation ${generation}, for everyone who shares it?`);
  throw new ServerError('USAGE', `rollback to generation ${generation}: nobody can be asked here whether to do it`, {
    remedy: 'Say so with --yes: it changes the answers of everyone who shares the index.',
    isCommandLine: true,
  });
}
