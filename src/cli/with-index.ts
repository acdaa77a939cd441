import type { IndexProgress } from '../search/index.js';
import type { OpenProjectIndex, ProblemReport, ProjectIndexRequest } from '../server/index.js';
import { printInterruption } from './failure.js';
import { closeWhenInterrupted } from './interruption.js';
import { ProblemWarnings } from './problem-warnings.js';
import { ProgressLine } from './progress-line.js';
import { configurationFlags, type ProjectOptions } from './project-options.js';

/** What a command does with the index. */
export interface IndexWork<T> {
  readonly options: ProjectOptions;
  /** `once-if-there` is `once`, but makes no index where there is none: there it only reads. */
  readonly mode: ProjectIndexRequest['mode'] | 'once-if-there';
  /** The command's name, as `status` shows it in other processes. */
  readonly command: string;
  /** True if the work has no end of its own, so that a signal is no failure; default false. */
  readonly isEndedBySignal?: boolean;
  /** Problems that the answer tells itself, so that no warning needs to. */
  readonly listedIn?: (answer: T) => readonly ProblemReport[];
  readonly work: (opened: OpenProjectIndex, progress: ProgressLine) => Promise<T>;
}

/**
 * What `work` makes of the project's index, which is closed in any case, also when the command is interrupted (then the
 * process ends with 128 and the signal's number, or with 0 if the work has no other end). Problems go to standard error as warnings, progress to the terminal.
 */
export async function withIndex<T>(request: IndexWork<T>): Promise<T> {
  const isJson = request.options.json === true;
  const progress = new ProgressLine({ isJson });
  const warnings = new ProblemWarnings(progress, { isJson, areHeld: request.listedIn !== undefined });
  try {
    const answer = await workOn(request, progress, warnings);
    warnings.release(request.listedIn?.(answer));
    return answer;
  } finally {
    warnings.release();
  }
}

async function workOn<T>(request: IndexWork<T>, progress: ProgressLine, warnings: ProblemWarnings): Promise<T> {
  const { options, mode, command, isEndedBySignal = false, work } = request;
  const isJson = options.json === true;
  const opened = await openIndex({ options, mode, command }, progress, warnings);
  let isInterrupted = false;
  const stopListening = closeWhenInterrupted(async () => {
    progress.clear();
    if (!isInterrupted && !isEndedBySignal) printInterruption(command, { isJson });
    isInterrupted = true;
    await opened.index.close();
    if (isEndedBySignal) process.exit(0);
  });
  try {
    return await work(opened, progress);
  } catch (error) {
    // The work failed because it was interrupted, and the signal's listener is about to end the process.
    if (isInterrupted) await new Promise(() => {});
    throw error;
  } finally {
    progress.clear();
    await opened.index.close();
    stopListening();
  }
}

async function openIndex(
  { options, mode, command }: Omit<IndexWork<unknown>, 'work'>,
  progress: ProgressLine,
  warnings: ProblemWarnings,
): Promise<OpenProjectIndex> {
  const { openProjectIndex, readConfiguration } = await import('../server/index.js');
  const source = {
    ...(options.root === undefined ? {} : { root: options.root }),
    flags: configurationFlags(options),
    onProblem: (problem: ProblemReport): void => warnings.tell(problem),
  };
  const configuration = await readConfiguration(source);
  const request = {
    ...source,
    client: `snapdex ${command}`,
    onProgress: (state: IndexProgress): void => progress.show(state),
  };
  if (mode !== 'once-if-there') return openProjectIndex({ ...request, mode }, configuration);
  const isThere = await hasIndex(configuration.indexPath);
  return openProjectIndex({ ...request, mode: isThere ? 'once' : 'read' }, configuration);
}

async function hasIndex(indexPath: string): Promise<boolean> {
  const { isStoreError, SnapshotStore } = await import('../store/index.js');
  try {
    await (await SnapshotStore.open(indexPath, { readOnly: true })).close();
    return true;
  } catch (error) {
    if (isStoreError(error, 'STORE_NOT_FOUND')) return false;
    throw error;
  }
}
