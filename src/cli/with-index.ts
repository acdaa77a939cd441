import type { OpenProjectIndex, ProjectIndexRequest } from '../server/index.js';
import { printProblem } from './failure.js';
import { closeWhenInterrupted } from './interruption.js';
import { ProgressLine } from './progress-line.js';
import { configurationFlags, type ProjectOptions } from './project-options.js';

/** What a command does with the index. */
export interface IndexWork<T> {
  readonly options: ProjectOptions;
  readonly mode: ProjectIndexRequest['mode'];
  /** The command's name, as `status` shows it in other processes. */
  readonly command: string;
  readonly work: (opened: OpenProjectIndex, progress: ProgressLine) => Promise<T>;
}

/**
 * What `work` makes of the project's index, which is closed in any case, also when the command is interrupted (then the
 * process ends with 128 and the signal's number). Problems go to standard error as warnings, progress to the terminal.
 */
export async function withIndex<T>({ options, mode, command, work }: IndexWork<T>): Promise<T> {
  const isJson = options.json === true;
  const progress = new ProgressLine({ isJson });
  const { openProjectIndex } = await import('../server/index.js');
  const opened = await openProjectIndex({
    ...(options.root === undefined ? {} : { root: options.root }),
    flags: configurationFlags(options),
    mode,
    client: `snapdex ${command}`,
    onProgress: (state) => progress.show(state),
    onProblem: (problem) => {
      progress.clear();
      printProblem('warning', problem, { isJson });
    },
  });
  const stopListening = closeWhenInterrupted(() => opened.index.close());
  try {
    return await work(opened, progress);
  } finally {
    progress.clear();
    await opened.index.close();
    stopListening();
  }
}
