import { Command } from 'commander';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { withIndex } from '../with-index.js';

/** `snapdex resume`: the end of the hold that a rollback made. */
export function resumeCommand(): Command {
  const command = new Command('resume').description(
    'End the hold that a rollback made: the index follows the files again, in every process that shares it.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    const answer = await withIndex({
      options,
      mode: 'once',
      command: 'resume',
      work: ({ index }) => index.resume(),
    });
    printAnswer(answer, {
      isJson: options.json === true,
      render: ({ resumed, generation }) =>
        resumed ? `resumed at generation ${generation}` : `there was no hold (generation ${generation})`,
    });
  });
}
