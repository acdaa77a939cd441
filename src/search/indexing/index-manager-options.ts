import { StoreError, type StoreOptions } from '../../store/index.js';
import type { Embedder } from '../embedding/index.js';

/** How an `IndexManager` is opened. */
export interface IndexManagerOptions extends StoreOptions {
  /** Default `LocalEmbedder`. */
  readonly embedder?: Embedder;
  /** How long `persist` goes on after lock timeouts. Milliseconds, default 60,000. */
  readonly persistPatienceMs?: number;
}

const KNOWN: Readonly<Record<keyof IndexManagerOptions, true>> = {
  embedder: true,
  persistPatienceMs: true,
  durability: true,
  coordinationMode: true,
  lockTimeoutMs: true,
  retention: true,
  collectAutomatically: true,
  client: true,
  readOnly: true,
  mendHead: true,
  onWarning: true,
  environment: true,
};

/** The options that are given to the store. @throws StoreError INVALID_OPTION for what is no object, or a name that is not known */
export function storeOptionsAmong(options: IndexManagerOptions): StoreOptions {
  if (typeof options !== 'object' || options === null)
    throw new StoreError('INVALID_OPTION', `options ${String(options)} is not an object`, {
      remedy: 'Give an object, or nothing.',
    });
  for (const name in options) {
    if (Object.hasOwn(KNOWN, name)) continue;
    throw new StoreError('INVALID_OPTION', `options: ${JSON.stringify(name)} is not known here`, {
      remedy: `Known are ${Object.keys(KNOWN).join(', ')}.`,
    });
  }
  const { embedder: _, persistPatienceMs: __, ...storeOptions } = options;
  return { durability: 'deferred', ...storeOptions };
}
