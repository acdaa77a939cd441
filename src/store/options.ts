import type { Environment } from './environment.js';
import { StoreError } from './errors.js';

/** When an update counts as done: see `docs/protocol.md`. */
export type Durability = 'durable' | 'deferred';

/** Whether commits are queued by a lock. Either way the claim alone decides who wins. */
export type CoordinationMode = 'file_lock' | 'none';

/** Which generations collecting must leave in the history. */
export interface Retention {
  /** The newest ones, the head included. At least 1, default 32. */
  readonly keepGenerations: number;
  /**
   * And those that were superseded less than this long ago, up to as many again, so that a storm of commits does not
   * make the directory long. Milliseconds, default 10,000.
   */
  readonly minimumAgeMs: number;
  /**
   * How large the history may be: all files and manifests, what generations share counted once. While it is larger, the
   * oldest goes that is not young, tagged, pinned or the head. Bytes, default no limit.
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
  /** What the history and others call this writer, until `introduce` says otherwise. Default `snapdex`. */
  readonly client?: string;
  /** Write nothing, not even a sign of life. Default false. */
  readonly readOnly?: boolean;
  /**
   * Bring the head in order on opening: raise a lagging `CURRENT`, and in a `deferred` store restore the newest complete
   * generation above a damaged one. False for whoever only wants to keep a generation while reading it. Default true.
   */
  readonly mendHead?: boolean;
  /** Called with one sentence when something is odd but nothing is lost. */
  readonly onWarning?: (message: string) => void;
  /** Time, chance and the file system; for tests. */
  readonly environment?: Environment;
}

/** `StoreOptions` with every default filled in. */
export interface ResolvedOptions {
  readonly durability: Durability;
  readonly coordinationMode: CoordinationMode;
  readonly lockTimeoutMs: number;
  readonly retention: Retention;
  readonly collectAutomatically: boolean;
  readonly client: string;
  readonly readOnly: boolean;
  readonly mendHead: boolean;
  readonly onWarning: (message: string) => void;
}

export const DEFAULT_RETENTION: Retention = { keepGenerations: 32, minimumAgeMs: 10_000 };

/** @throws StoreError INVALID_OPTION for a value that no default can mend. */
export function resolveOptions(options: StoreOptions): ResolvedOptions {
  return {
    durability: requireOneOf('durability', options.durability ?? 'durable', ['durable', 'deferred']),
    coordinationMode: requireCoordinationMode(options.coordinationMode ?? 'file_lock'),
    lockTimeoutMs: requireAtLeast('lockTimeoutMs', options.lockTimeoutMs ?? 5_000, 0),
    retention: resolveRetention(DEFAULT_RETENTION, options.retention ?? {}),
    collectAutomatically: options.collectAutomatically ?? true,
    client: options.client ?? 'snapdex',
    readOnly: options.readOnly ?? false,
    mendHead: options.mendHead ?? true,
    onWarning: options.onWarning ?? (() => {}),
  };
}

/** `wanted` over `defaults`. @throws StoreError INVALID_OPTION */
export function resolveRetention(defaults: Retention, wanted: Partial<Retention>): Retention {
  const maximumTotalBytes = wanted.maximumTotalBytes ?? defaults.maximumTotalBytes;
  return {
    ...(maximumTotalBytes === undefined
      ? {}
      : { maximumTotalBytes: requireAtLeast('maximumTotalBytes', maximumTotalBytes, 0) }),
    keepGenerations: requireAtLeast('keepGenerations', wanted.keepGenerations ?? defaults.keepGenerations, 1),
    minimumAgeMs: requireAtLeast('minimumAgeMs', wanted.minimumAgeMs ?? defaults.minimumAgeMs, 0),
  };
}

function requireCoordinationMode(mode: string): CoordinationMode {
  if (mode === 'singleton') {
    throw new StoreError(
      'INVALID_OPTION',
      'coordinationMode "singleton" is not offered: any number of processes may open one store',
      {
        remedy: 'Remove the setting, or use "file_lock"; no instance has to be the only one.',
      },
    );
  }
  return requireOneOf('coordinationMode', mode, ['file_lock', 'none']);
}

function requireOneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new StoreError('INVALID_OPTION', `${name} ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`, {
    remedy: `Use one of ${allowed.join(', ')}.`,
  });
}

function requireAtLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new StoreError('INVALID_OPTION', `${name} ${value} is not a number of at least ${least}`, {
    remedy: `Use a number of at least ${least}.`,
  });
}
