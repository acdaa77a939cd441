import { ServerError } from '../../server/index.js';
import { type EntryFields, isRecord } from './server-entry.js';

/** A client's configuration file as it is. */
export interface ConfigText {
  readonly path: string;
  readonly text: string;
  /** The keys that lead to the object which holds the servers by their names. */
  readonly serversAt: readonly string[];
}

/** An entry to set: its name, and what to set in it, given what it is now (undefined if there is none). */
export interface SetEntry {
  readonly name: string;
  readonly fields: (present: unknown) => EntryFields;
}

/** The server of that name in a file's content; undefined if it has none. */
export function serverAt({ serversAt }: ConfigText, content: unknown, name: string): unknown {
  return [...serversAt, name].reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), content);
}

/** @throws ServerError `CONFIG_INVALID` if something else stands where the servers belong */
export function serversMustBeTable({ path, serversAt }: ConfigText, content: unknown): void {
  let value = content;
  for (const key of [undefined, ...serversAt]) {
    if (key !== undefined) value = isRecord(value) ? value[key] : undefined;
    if (value === undefined || isRecord(value)) continue;
    const place = key === undefined ? path : `${path}: ${key}`;
    throw new ServerError('CONFIG_INVALID', `${place}: expected an object, found ${JSON.stringify(value)}`, {
      remedy: 'Correct it there, then run this again; nothing was written.',
    });
  }
}

/** What the file says once the fields are set, and nothing else has changed. */
export function expectedContent(
  { serversAt }: ConfigText,
  content: unknown,
  { name, fields }: { readonly name: string; readonly fields: EntryFields },
): unknown {
  const [key, ...others] = [...serversAt, name];
  const set = (value: unknown, keys: readonly string[]): unknown => {
    const [next, ...rest] = keys;
    const record = isRecord(value) ? value : {};
    return next === undefined ? { ...record, ...fields } : { ...record, [next]: set(record[next], rest) };
  };
  return set(content, key === undefined ? [] : [key, ...others]);
}

/** The error for a file that says the same in a way which cannot be edited as text. */
export function notEditable({ path, serversAt }: ConfigText, fields: EntryFields): ServerError {
  return new ServerError(
    'CONFIG_INVALID',
    `${path}: ${serversAt.join('.')}: is written in a way that init cannot edit`,
    {
      remedy: `Nothing was written; add this by hand: ${JSON.stringify(fields)}`,
    },
  );
}
