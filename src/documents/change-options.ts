import { invalidArgument } from './errors.js';

/** What a change may say of itself. */
export interface ChangeOptions {
  /** Why, for the history. */
  readonly reason?: string;
}

/** The options of a change, once it is sure that they hold nothing else. @throws DocumentError INVALID_ARGUMENT */
export function requireChangeOptions(options: ChangeOptions): ChangeOptions {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Object.keys(given).some((name) => name !== 'reason'))
    throw invalidArgument('options', 'an object with nothing but a `reason`');
  if (options.reason !== undefined && typeof options.reason !== 'string') throw invalidArgument('reason', 'a text');
  return options;
}
