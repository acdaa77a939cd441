/** The options of opening: those of the store below, and those of documents. */
import { StoreError, type StoreOptions } from '../store/index.js';
import { invalidArgument } from './errors.js';
import type { SchemaOptions } from './versioned-schema.js';

const OF_THE_STORE: Readonly<Record<keyof StoreOptions, true>> = {
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
  const known = [...Object.keys(OF_THE_SCHEMA), ...others, ...Object.keys(OF_THE_STORE)];
  for (const name in options) if (!known.includes(name)) throw unknownOption(name, known);
  return { store: pick<StoreOptions>(options, OF_THE_STORE), schema: pick<SchemaOptions>(options, OF_THE_SCHEMA) };
}

function pick<T>(options: object, names: Readonly<Record<keyof T, true>>): T {
  const picked = Object.create(Object.prototype);
  for (const name of Object.keys(names)) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function unknownOption(name: string, known: readonly string[]): StoreError {
  return new StoreError('INVALID_OPTION', `options: ${JSON.stringify(name)} is not known here`, {
    remedy: `Known are ${known.join(', ')}.`,
  });
}
