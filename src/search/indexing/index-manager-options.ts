import {
  type ArgumentFault,
  type Check,
  type Checks,
  FUNCTION,
  faultOfArgument,
  faultOfNames,
  numberFrom,
  OBJECT,
  wholeFrom,
} from '../../arguments/index.js';
import { STORE_OPTION_NAMES, StoreError, type StoreOptions } from '../../store/index.js';
import type { Embedder } from '../embedding/index.js';

/** How an `IndexManager` is opened. */
export interface IndexManagerOptions extends StoreOptions {
  /** Default `LocalEmbedder`. */
  readonly embedder?: Embedder;
  /** How long `persist` goes on after lock timeouts. Milliseconds, default 60,000. */
  readonly persistPatienceMs?: number;
}

const OWN: Checks<Pick<IndexManagerOptions, 'embedder' | 'persistPatienceMs'>> = {
  embedder: OBJECT,
  persistPatienceMs: numberFrom(0),
};
export const NAME: Check = {
  expected: 'a text that is not empty',
  allows: (value) => typeof value === 'string' && value !== '',
};

/**
 * Checks the options, and gives those of the store.
 * @throws StoreError INVALID_OPTION
 */
export function storeOptionsAmong(options: IndexManagerOptions): StoreOptions {
  requireOption('options', options, OBJECT);
  refuse(faultOfNames('options', options, [...Object.keys(OWN), ...STORE_OPTION_NAMES]));
  const { embedder, persistPatienceMs, ...storeOptions } = options;
  if (embedder !== undefined) requireEmbedder(embedder);
  if (persistPatienceMs !== undefined) requireOption('persistPatienceMs', persistPatienceMs, OWN.persistPatienceMs);
  return { durability: 'deferred', ...storeOptions };
}

/** @throws StoreError INVALID_OPTION for what would only fail once vectors are to be made or kept */
function requireEmbedder(embedder: Embedder): void {
  requireOption('embedder', embedder, OWN.embedder);
  // Not read into a copy: it may be an object of a class, and its dimension may come later.
  requireOption('id of the embedder', embedder.id, NAME);
  requireOption('dimension of the embedder', embedder.dimension, wholeFrom(0));
  requireOption('embed of the embedder', embedder.embed, FUNCTION);
}

function requireOption(name: string, value: unknown, check: Check): void {
  refuse(faultOfArgument(name, value, check));
}

function refuse(fault: ArgumentFault | undefined): void {
  if (fault !== undefined) throw new StoreError('INVALID_OPTION', fault.message, { remedy: fault.remedy });
}
