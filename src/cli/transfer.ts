/** What `push` and `pull` have in common: they bring generations of one store into another. */

import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import type { PullPlanOptions, PullResult, SnapshotStore, StoreOptions } from '../store/index.js';
import { printProblem } from './failure.js';
import { generationWord } from './generation-choice.js';
import { integerBetween } from './integer-argument.js';
import { projectConfiguration } from './project-configuration.js';
import { addProjectOptions, type ProjectOptions } from './project-options.js';
import { byteSize, count } from './quantities.js';
import type { OpenedStore } from './with-store.js';

const MOVED = {
  push: { base: 'send', done: 'sent', doing: 'sending' },
  pull: { base: 'fetch', done: 'fetched', doing: 'fetching' },
} as const;

/** More than any history has. */
const MOST_GENERATIONS = 1_000_000;

/** What the place may be that both commands name. */
export const TRANSFER_PLACE = 'a project, the directory of an index, or s3://bucket/prefix';

/** Which of the two commands it is. */
export type TransferVerb = 'push' | 'pull';

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
export function addTransferOptions(command: Command, verb: TransferVerb): Command {
  return addProjectOptions(
    command
      .addOption(
        new Option('--generation <generation>', 'which generation, by number, tag or time; default the newest')
          .argParser(generationWord)
          .conflicts('tag'),
      )
      .option('--tag <tag>', 'the generation of that tag')
      .addOption(
        new Option('--history <count>', 'how many generations at most, that one included; default all').argParser(
          integerBetween(1, MOST_GENERATIONS),
        ),
      )
      .option('--on-top', 'where the histories differ, make its content a new generation above the others')
      .option('--dry-run', `only show what would be ${MOVED[verb].done}`),
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
    readonly command: TransferVerb;
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
    // `read_only` is said of the project's own index.
    ...storeOptionsOf({ ...configuration, readOnly: false, client: `snapdex ${command}` }),
    onWarning,
  };
  const open = (also: StoreOptions): Promise<SnapshotStore> =>
    SnapshotStore.open(location, { ...storeOptions, ...also }).catch((error: unknown) =>
      refuseOtherStore(error, { location, command }),
    );
  const reader = how === 'write' ? undefined : await open({ readOnly: true });
  if (reader !== undefined && how === 'read') return closing(reader, work);
  // Opening for a pin would have made a store where there is none.
  await reader?.close();
  return closing(await open({ mendHead: how === 'write' }), work);
}

/** Refuses to write the project's own index where its settings say so. @throws StoreError STORE_READ_ONLY */
export async function requireOwnIndexWritable(options: ProjectOptions): Promise<void> {
  const { requireNotReadOnly } = await import('../search/index.js');
  requireNotReadOnly(await projectConfiguration(options, { onProblem: () => {} }));
}

/** A folder of documents that nothing marks as a project is most often meant as one. */
async function refuseOtherStore(
  error: unknown,
  { location, command }: { readonly location: string; readonly command: TransferVerb },
): Promise<never> {
  const { isStoreError, StoreError } = await import('../store/index.js');
  const folder = path.resolve(location);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isStoreError(error, 'INVALID_OPTION') || !isFolder || existsSync(path.join(folder, 'generations'))) throw error;
  const remedy =
    command === 'push'
      ? `If it is a project, name ${path.join(folder, '.snapdex')}, or put a snapdex.toml into it, which marks a project; else name a directory that is new or empty.`
      : `If it is a project, it has no index yet: \`snapdex index\` with --root ${folder} makes one. Else name the directory of an index.`;
  throw new StoreError('INVALID_OPTION', error.message, { remedy, cause: error });
}

/**
 * Made for the caller, a folder with a typing error in its name would hold the index, as it would an export.
 * @throws StoreError INVALID_OPTION
 */
export async function requireFolderAround(target: string): Promise<void> {
  const { isS3Location, StoreError } = await import('../store/index.js');
  const parent = path.dirname(path.resolve(target));
  if (isS3Location(target) || !isMissing(parent)) return;
  throw new StoreError('INVALID_OPTION', `push to ${target}: there is no folder ${parent}`, {
    remedy: 'Check the spelling, or make that folder first.',
  });
}

/** What cannot be looked at, opening the store tells. */
function isMissing(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
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
  { progress, signal, warn, verb }: Pick<OpenedStore, 'progress' | 'signal' | 'warn'> & { readonly verb: TransferVerb },
): Promise<TransferAnswer> {
  const { source, target } = stores;
  const chosen = await chooseGeneration(source, options, warn);
  const result = await target.pull(source, {
    ...chosen,
    signal,
    onProgress: ({ phase, done, total }) =>
      progress.show({ phase: phase === 'files' ? `${MOVED[verb].doing} files` : 'passing over numbers', done, total }),
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
export function renderTransfer(answer: TransferAnswer, verb: TransferVerb): string {
  const { source, target, pulled, generation, isNew, isOnTop, arrived, passedOver, files, sentBytes, dryRun } = answer;
  const place = verb === 'push' ? `to ${target}` : `from ${source}`;
  if (isSamePlace(source, target)) return `${target} is this index itself: there is nothing to ${verb}`;
  if (!isNew) {
    return verb === 'push'
      ? `${target} has generation ${pulled} already${generation === pulled ? '' : `, as its ${generation}`}`
      : `generation ${pulled} of ${source} is here already${generation === pulled ? '' : `, as ${generation}`}`;
  }
  const what = `generation ${pulled} ${place}${isOnTop ? ` on top, as generation ${generation}` : ''}`;
  const parts = [
    count(arrived.length, 'generation'),
    count(files, 'file'),
    `${byteSize(sentBytes)} ${dryRun ? `to ${MOVED[verb].base} at most` : MOVED[verb].done}`,
    ...(passedOver > 0 ? [`${count(passedOver, 'number')} passed over`] : []),
  ];
  return `${dryRun ? `would ${verb}` : `${verb}ed`} ${what}: ${parts.join(', ')}`;
}

/** Whether both name one folder, or one place in a bucket. */
export function isSamePlace(one: string, other: string): boolean {
  return one === other || (existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other));
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
