import { problemReport } from '../server/index.js';
import type { SnapshotStore } from '../store/index.js';
import { printInterruption, printProblem, storeWarning } from './failure.js';
import { closeWhenInterrupted } from './interruption.js';
import { ProgressLine } from './progress-line.js';
import { projectConfiguration } from './project-configuration.js';
import type { ProjectOptions } from './project-options.js';

/** What a command does with the store below the index. */
export interface StoreWork<T> {
  readonly options: ProjectOptions;
  /**
   * `keep` changes nothing, but can keep a generation from being collected. It and `write` read where nothing may be
   * written. `make` is `write` that makes the store where there is none.
   */
  readonly mode: 'read' | 'keep' | 'write' | 'make';
  /** The command's name, as `status` shows it in other processes. */
  readonly command: string;
  readonly work: (opened: OpenedStore) => Promise<T>;
}

/** An open store and what a command does its work with. */
export interface OpenedStore {
  readonly store: SnapshotStore;
  readonly progress: ProgressLine;
  /** Tells of what is wrong and does not stop the command. */
  readonly warn: (problem: unknown) => void;
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal;
}

/**
 * What `work` makes of the store of the project's index, which is closed in any case, also when the command is
 * interrupted. For what concerns generations and files; documents are asked for with `withIndex`.
 * @throws StoreError STORE_NOT_FOUND where there is no index: none is made, but with `make`; STORE_READ_ONLY of `write` and
 * `make` where the project's settings say that nothing is written
 */
export async function withStore<T>({ options, mode, command, work }: StoreWork<T>): Promise<T> {
  const isJson = options.json === true;
  const progress = new ProgressLine({ isJson });
  const store = await openStore({ options, mode, command, isJson });
  const interruption = new AbortController();
  const { signal } = interruption;
  const warn = (problem: unknown): void => {
    progress.clear();
    printProblem('warning', problemReport(problem), { isJson });
  };
  const working = work({ store, progress, warn, signal });
  const stopListening = closeWhenInterrupted(async () => {
    progress.clear();
    if (!signal.aborted) printInterruption(command, { isJson });
    interruption.abort(new Error('interrupted'));
    await working.catch(() => {});
    await store.close();
  });
  try {
    return await working;
  } catch (error) {
    // The work failed because it was interrupted, and the signal's listener is about to end the process.
    if (signal.aborted) await new Promise(() => {});
    throw error;
  } finally {
    progress.clear();
    await store.close();
    stopListening();
  }
}

async function openStore(request: {
  readonly options: ProjectOptions;
  readonly mode: StoreWork<unknown>['mode'];
  readonly command: string;
  readonly isJson: boolean;
}): Promise<SnapshotStore> {
  const { options, mode, command, isJson } = request;
  const { requireNotReadOnly, storeOptionsOf } = await import('../search/index.js');
  const { SnapshotStore } = await import('../store/index.js');
  const configuration = await projectConfiguration(options);
  const storeOptions = storeOptionsOf({ ...configuration, client: `snapdex ${command}` });
  const onWarning = (message: string): void => printProblem('warning', storeWarning(message), { isJson });
  if (mode === 'write' || mode === 'make') requireNotReadOnly(configuration);
  if (mode === 'read')
    return SnapshotStore.open(configuration.indexPath, { ...storeOptions, onWarning, readOnly: true });
  if (mode !== 'make') {
    const reader = await SnapshotStore.open(configuration.indexPath, { ...storeOptions, readOnly: true });
    // Opening for writing would have made an index where there is none.
    await reader.close();
  }
  return SnapshotStore.open(configuration.indexPath, { ...storeOptions, onWarning, mendHead: mode !== 'keep' });
}
