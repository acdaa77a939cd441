import {
  BOOLEAN,
  type Checks,
  FUNCTION,
  listenerFailureTo,
  numberFrom,
  OBJECT,
  oneOf,
  surviving,
  textUpTo,
  wholeFrom,
} from '../arguments/index.js';
import { readFields } from './argument-checks.js';
import { ENVIRONMENT, type Environment, processEnvironment } from './environment.js';
import { StoreError } from './errors.js';
import type { RepairOptions } from './repair.js';

/** When an update counts as done: see `docs/protocol.md`. */
export type Durability = 'durable' | 'deferred';

/** Whether commits are queued by a lock. Either way the claim alone decides who wins. */
export type CoordinationMode = 'file_lock' | 'none';

/** Which generations collecting must leave in the history. */
export interface Retention {
  /** The newest ones, the head included. At least 1, default 32; `Number.MAX_SAFE_INTEGER` keeps everything. */
  readonly keepGenerations: number;
  /**
   * And those that were superseded less than this long ago, up to as many again, so that a storm of commits does not
   * make the directory long. Milliseconds, default 10,000.
   */
  readonly minimumAgeMs: number;
  /**
   * How large the history may be: all files and manifests, what generations share counted once. While it is larger, the
   * oldest goes that is not young, tagged, pinned or the head. Bytes, at least 1; default no limit.
   */
  readonly maximumTotalBytes?: number | undefined;
}

/** How a store is opened. */
export interface StoreOptions {
  /** Default `durable`. */
  readonly durability?: Durability;
  /** Default `file_lock`. */
  readonly coordinationMode?: CoordinationMode;
  /** How long one commit waits for the lock. Milliseconds, default 5,000. */
  readonly lockTimeoutMs?: number;
  readonly retention?: Partial<Retention>;
  /** Collect in the background after commits. Default true. */
  readonly collectAutomatically?: boolean;
  /**
   * What the history and others call this writer, until `introduce` says otherwise; at most 200 characters. Default
   * `snapdex`.
   */
  readonly client?: string;
  /** Write nothing, not even a sign of life. Default false. */
  readonly readOnly?: boolean;
  /**
   * Bring the head in order on opening: raise a lagging `CURRENT`, and in a `deferred` store restore the newest complete
   * generation above a damaged one. False for whoever only wants to keep a generation while reading it. Default true.
   */
  readonly mendHead?: boolean;
  /**
   * Called with one sentence when something is odd but nothing is lost. What it throws becomes a warning of the process.
   * `about` is `commit` for what stood in the way of a commit, and is over when a later one comes without it.
   */
  readonly onWarning?: (message: string, about?: 'commit') => void;
  /** Time, chance and the file system; for tests. */
  readonly environment?: Environment;
}

/** `StoreOptions` with every default filled in. */
export interface ResolvedOptions {
  readonly environment: Environment;
  readonly durability: Durability;
  readonly coordinationMode: CoordinationMode;
  readonly lockTimeoutMs: number;
  readonly retention: Retention;
  readonly collectAutomatically: boolean;
  readonly client: string;
  readonly readOnly: boolean;
  readonly mendHead: boolean;
  readonly onWarning: (message: string, about?: 'commit') => void;
  /** Hears what a listener threw: `onWarning`, or, for nobody should have to look for it, a warning of the process. */
  readonly onListenerFailure: (message: string) => void;
}

export const DEFAULT_RETENTION: Retention = { keepGenerations: 32, minimumAgeMs: 10_000 };

/** How long the name of a client may be. Characters. */
export const LONGEST_CLIENT = 200;

const RETENTION: Checks<Partial<Retention>> = {
  keepGenerations: { ...wholeFrom(1), hint: '`Number.MAX_SAFE_INTEGER` keeps all generations.' },
  minimumAgeMs: numberFrom(0),
  maximumTotalBytes: numberFrom(1),
};

const STORE: Checks<StoreOptions> = {
  durability: oneOf('durable', 'deferred'),
  coordinationMode: oneOf('file_lock', 'none'),
  lockTimeoutMs: numberFrom(0),
  retention: OBJECT,
  collectAutomatically: BOOLEAN,
  client: textUpTo(LONGEST_CLIENT),
  readOnly: BOOLEAN,
  mendHead: BOOLEAN,
  onWarning: FUNCTION,
  environment: ENVIRONMENT,
};

/** Names of all options of a store, for what is built on it and has options of its own. */
export const STORE_OPTION_NAMES: readonly string[] = Object.keys(STORE);

const COLLECTING: Checks<CollectOptions> = { ...RETENTION, dryRun: BOOLEAN };
const REPAIRING: Checks<RepairOptions> = { dryRun: BOOLEAN, onProgress: FUNCTION };

/** @throws StoreError INVALID_OPTION for what has no such name, or a value that no default can mend */
export function resolveOptions(given: StoreOptions): ResolvedOptions {
  requireOffered(given);
  const options = readFields('options', given, STORE);
  return {
    environment: options.environment ?? processEnvironment,
    durability: options.durability ?? 'durable',
    coordinationMode: options.coordinationMode ?? 'file_lock',
    lockTimeoutMs: options.lockTimeoutMs ?? 5_000,
    retention: resolveRetention(DEFAULT_RETENTION, options.retention ?? {}),
    collectAutomatically: options.collectAutomatically ?? true,
    client: options.client ?? 'snapdex',
    readOnly: options.readOnly ?? false,
    mendHead: options.mendHead ?? true,
    onWarning: surviving(options.onWarning ?? (() => {})),
    onListenerFailure: listenerFailureTo(options.onWarning),
  };
}

/** `wanted` over `defaults`. @throws StoreError INVALID_OPTION */
export function resolveRetention(defaults: Retention, given: Partial<Retention>): Retention {
  const wanted = readFields('retention', given, RETENTION);
  const maximumTotalBytes = wanted.maximumTotalBytes ?? defaults.maximumTotalBytes;
  return {
    ...(maximumTotalBytes === undefined ? {} : { maximumTotalBytes }),
    keepGenerations: wanted.keepGenerations ?? defaults.keepGenerations,
    minimumAgeMs: wanted.minimumAgeMs ?? defaults.minimumAgeMs,
  };
}

/** What `SnapshotStore.collect` goes by; what is left out is the store's own. */
export interface CollectOptions extends Partial<Retention> {
  /** Only say what would be collected. Default false. */
  readonly dryRun?: boolean;
}

/** @throws StoreError INVALID_OPTION */
export function resolveCollection(
  defaults: Retention,
  options: CollectOptions,
): { readonly retention: Retention; readonly dryRun: boolean } {
  const { dryRun, ...wanted } = readFields('options of collect', options, COLLECTING);
  return { retention: resolveRetention(defaults, wanted), dryRun: dryRun ?? false };
}

/** @throws StoreError INVALID_OPTION */
export function resolveRepair(
  options: Pick<StoreOptions, 'environment' | 'lockTimeoutMs' | 'client' | 'onWarning'> & RepairOptions,
): ResolvedOptions & RepairOptions {
  const { dryRun, onProgress, ...others } = readFields('options of repair', options, { ...STORE, ...REPAIRING });
  return { ...resolveOptions(others), dryRun: dryRun ?? false, ...(onProgress === undefined ? {} : { onProgress }) };
}

/** Other programs have a mode that this one does not need. */
function requireOffered(options: unknown): void {
  if (Object(options).coordinationMode !== 'singleton') return;
  throw new StoreError(
    'INVALID_OPTION',
    'coordinationMode "singleton" is not offered: any number of processes may open one store',
    {
      remedy: 'Remove the setting, or use "file_lock"; no instance has to be the only one.',
    },
  );
}
