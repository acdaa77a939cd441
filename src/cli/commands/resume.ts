import { Command } from 'commander';
import type { ProjectIndex, ResumeAnswer } from '../../search/index.js';
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
      mode: 'once-if-there',
      command: 'resume',
      work: ({ index }) => resume(index),
    });
    printAnswer(answer, {
      isJson: options.json === true,
      render: renderResumed,
    });
  });
}

function renderResumed({ resumed, generation, stale }: ResumeAnswer): string {
  const outcome = resumed ? `resumed at generation ${generation}` : `there was no hold (generation ${generation})`;
  return stale ? `${outcome}\nbehind the files: "snapdex index" or a server brings it up to date` : outcome;
}

async function resume(index: ProjectIndex): Promise<ResumeAnswer> {
  try {
    return await index.resume();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'GENERATION_NOT_FOUND';
    if (!isMissing) throw error;
    // Where there is no index there is no hold either.
    const { generation, stale, indexing } = await index.list({ limit: 1 });
    return { generation, stale, indexing, resumed: false };
  }
}
