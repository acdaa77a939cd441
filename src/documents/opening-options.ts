/** The options of opening: those of the store below, and those of documents. */
import { faultOfNames } from '../arguments/index.js';
import { STORE_OPTION_NAMES, StoreError, type StoreOptions } from '../store/index.js';
import { invalidArgument } from './errors.js';
import type { SchemaOptions } from './versioned-schema.js';

const OF_THE_SCHEMA: Readonly<Record<keyof SchemaOptions, true>> = { version: true, migrate: true };

/**
 * The options that are given to the store, and those of the schema; inherited ones count as those of the object itself.
 * @param others names of further options
 * @throws DocumentError INVALID_ARGUMENT for anything but an object; StoreError INVALID_OPTION for a name that is not known
 */
export function splitOptions(
  options: StoreOptions & SchemaOptions,
  others: readonly string[] = [],
): { readonly store: StoreOptions; readonly schema: SchemaOptions } {
  if (typeof options !== 'object' || options === null) throw invalidArgument('options', 'an object');
  const fault = faultOfNames('options', options, [...Object.keys(OF_THE_SCHEMA), ...others, ...STORE_OPTION_NAMES]);
  if (fault !== undefined) throw new StoreError('INVALID_OPTION', fault.message, { remedy: fault.remedy });
  return {
    store: pick<StoreOptions>(options, STORE_OPTION_NAMES),
    schema: pick<SchemaOptions>(options, Object.keys(OF_THE_SCHEMA)),
  };
}

function pick<T>(options: object, names: readonly string[]): T {
  const picked = Object.create(Object.prototype);
  for (const name of names) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
