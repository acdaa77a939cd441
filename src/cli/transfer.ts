/** What `push` and `pull` have in common: they bring generations of one store into another. */
import { type Command, Option } from 'commander';
import type { PullPlanOptions, PullResult, SnapshotStore, StoreOptions } from '../store/index.js';
import { printProblem } from './failure.js';
import { generationWord } from './generation-choice.js';
import { integerBetween } from './integer-argument.js';
import { projectConfiguration } from './project-configuration.js';
import { addProjectOptions, type ProjectOptions } from './project-options.js';
import { byteSize, count } from './quantities.js';
import type { OpenedStore } from './with-store.js';

/** More than any history has. */
const MOST_GENERATIONS = 1_000_000;

/** What the place may be that both commands name. */
export const TRANSFER_PLACE = 'a project, the directory of an index, or s3://bucket/prefix';

/** What both commands take. */
export interface TransferOptions extends ProjectOptions {
  readonly generation?: string;
  readonly tag?: string;
  readonly history?: number;
  readonly onTop?: boolean;
  readonly dryRun?: boolean;
}

/** The answer of both commands. */
export interface TransferAnswer extends PullResult {
  /** Where the generations come from, and where they go. */
  readonly source: string;
  readonly target: string;
  readonly dryRun: boolean;
}

/** Adds the options of both commands. */
export function addTransferOptions(command: Command): Command {
  return addProjectOptions(
    command
      .addOption(
        new Option('--generation <generation>', 'which generation, by number, tag or time; default the newest')
          .argParser(generationWord)
          .conflicts('tag'),
      )
      .option('--tag <name>', 'the generation of that tag')
      .addOption(
        new Option('--history <count>', 'how many generations at most, that one included; default all').argParser(
          integerBetween(1, MOST_GENERATIONS),
        ),
      )
      .option('--on-top', 'where the histories differ, make its content a new generation above the others')
      .option('--dry-run', 'only show what would be sent'),
  );
}

/**
 * What `work` makes of the store that is not the project's, which is closed in any case.
 * @param how `keep`: nothing is changed in it but pins; `read`: nothing at all; `write`: it is made if it is missing
 * @throws StoreError STORE_NOT_FOUND unless it is to be written
 */
export async function withOtherStore<T>(
  request: {
    readonly location: string;
    readonly how: 'read' | 'keep' | 'write';
    readonly options: ProjectOptions;
    readonly command: string;
  },
  work: (store: SnapshotStore) => Promise<T>,
): Promise<T> {
  const { location, how, options, command } = request;
  const { storeOptionsOf } = await import('../search/index.js');
  const { SnapshotStore } = await import('../store/index.js');
  const onWarning = (message: string): void => {
    const warning = { code: 'STORE_WARNING', message: `${location}: ${message}`, remedy: 'Nothing is lost.' };
    printProblem('warning', warning, { isJson: options.json === true });
  };
  // What is odd about it is told once, where the project's own store is opened.
  const configuration = await projectConfiguration(options, { onProblem: () => {} });
  const storeOptions: StoreOptions = {
    ...storeOptionsOf({ ...configuration, client: `snapdex ${command}` }),
    onWarning,
  };
  const reader = how === 'write' ? undefined : await SnapshotStore.open(location, { ...storeOptions, readOnly: true });
  if (reader !== undefined && how === 'read') return closing(reader, work);
  // Opening for a pin would have made a store where there is none.
  await reader?.close();
  return closing(await SnapshotStore.open(location, { ...storeOptions, mendHead: how === 'write' }), work);
}

/** What `planned` says; where there is no store yet, what it says of an empty one. */
export async function orWithout<T>(planned: Promise<T>, without: () => Promise<T>): Promise<T> {
  const { isStoreError } = await import('../store/index.js');
  return planned.catch((error: unknown) => {
    if (isStoreError(error, 'STORE_NOT_FOUND')) return without();
    throw error;
  });
}

/** Brings the chosen generation of `source` into `target`. */
export async function transfer(
  stores: { readonly source: SnapshotStore; readonly target: SnapshotStore },
  options: TransferOptions,
  { progress, signal, warn }: Pick<OpenedStore, 'progress' | 'signal' | 'warn'>,
): Promise<TransferAnswer> {
  const { source, target } = stores;
  const chosen = await chooseGeneration(source, options, warn);
  const result = await target.pull(source, {
    ...chosen,
    signal,
    onProgress: ({ phase, done, total }) =>
      progress.show({ phase: phase === 'files' ? 'sending files' : 'passing over numbers', done, total }),
  });
  return { source: source.describe().location, target: target.describe().location, dryRun: false, ...result };
}

/** What {@link transfer} would do; a target that is `undefined` is not there yet. */
export async function planTransfer(
  stores: { readonly source: SnapshotStore; readonly target: SnapshotStore | undefined; readonly place: string },
  options: TransferOptions,
  warn: OpenedStore['warn'],
): Promise<TransferAnswer> {
  const { SnapshotStore } = await import('../store/index.js');
  const { source, target, place } = stores;
  const result = await SnapshotStore.planPull(source, target, await chooseGeneration(source, options, warn));
  return { source: source.describe().location, target: target?.describe().location ?? place, dryRun: true, ...result };
}

/** The answer in words. */
export function renderTransfer(answer: TransferAnswer, verb: 'push' | 'pull'): string {
  const { source, target, pulled, generation, isNew, isOnTop, arrived, passedOver, files, sentBytes, dryRun } = answer;
  const place = verb === 'push' ? `to ${target}` : `from ${source}`;
  if (!isNew) {
    return verb === 'push'
      ? `${target} has generation ${pulled} already${generation === pulled ? '' : `, as its ${generation}`}`
      : `generation ${pulled} of ${source} is here already${generation === pulled ? '' : `, as ${generation}`}`;
  }
  const what = `generation ${pulled} ${place}${isOnTop ? ` on top, as generation ${generation}` : ''}`;
  const parts = [
    count(arrived.length, 'generation'),
    count(files, 'file'),
    `${byteSize(sentBytes)} ${dryRun ? 'to send at most' : 'sent'}`,
    ...(passedOver > 0 ? [`${count(passedOver, 'number')} passed over`] : []),
  ];
  return `${dryRun ? `would ${verb}` : `${verb}ed`} ${what}: ${parts.join(', ')}`;
}

async function closing<T>(store: SnapshotStore, work: (store: SnapshotStore) => Promise<T>): Promise<T> {
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function chooseGeneration(
  source: SnapshotStore,
  { generation, tag, history, onTop }: TransferOptions,
  warn: OpenedStore['warn'],
): Promise<PullPlanOptions> {
  const { findGeneration } = await import('../store/index.js');
  const word = tag ?? generation;
  const newest = word === undefined ? await source.snapshot() : undefined;
  for (const damage of newest?.damage ?? []) warn(damage);
  const number = word === undefined ? newest?.generation : await findGeneration(source, word);
  return {
    // An empty store says so itself.
    ...(number === undefined || number === 0 ? {} : { generation: number }),
    ...(history === undefined ? {} : { history }),
    onTop: onTop === true,
  };
}
