import { isDeepStrictEqual } from 'node:util';
import { ServerError } from '../../server/index.js';
import type { ServerLaunch } from './server-launch.js';

/** What a client's file is to say of the server. */
export interface WantedEntry {
  /** Its name among the client's servers. */
  readonly name: string;
  readonly launch: ServerLaunch;
  /** What `--root` is to be; undefined if the client starts the server in the project. */
  readonly root: string | undefined;
  /** True if an entry with another root is to get this one. */
  readonly replacesRoot: boolean;
  /** Fields that the client wants in every entry. */
  readonly fields: { readonly [key: string]: string };
}

/** Fields to set in an entry; those that it has besides stay as they are. */
export type EntryFields = { readonly [key: string]: string | readonly string[] };

/** The fields that must be set to make `present`, the entry of that name so far, what is wanted; empty if none. */
export function fieldsToSet(wanted: WantedEntry, present: unknown): EntryFields {
  const entry = isRecord(present) ? present : {};
  const fields = { ...wanted.fields, command: wanted.launch.command, args: mergedArguments(wanted, entry.args) };
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !isDeepStrictEqual(entry[key], value)));
}

/** How to start the server, with the options of ours that the user has given it. */
function mergedArguments(wanted: WantedEntry, present: unknown): readonly string[] {
  const { launch, root } = wanted;
  const words = isTextList(present) ? present : [];
  const theirs = words.includes('serve') ? words.slice(words.indexOf('serve') + 1) : [];
  const presentRoot = rootIn(theirs);
  if (presentRoot === undefined) {
    return [...launch.args, 'serve', ...(root === undefined ? [] : ['--root', root]), ...theirs];
  }
  if (root === undefined || root === presentRoot) return [...launch.args, 'serve', ...theirs];
  if (!wanted.replacesRoot) throw otherProject(wanted.name, presentRoot);
  return [...launch.args, 'serve', ...theirs.map((word) => withRoot(word, presentRoot, root))];
}

function rootIn(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--root='));
  if (joined !== undefined) return joined.slice('--root='.length);
  return words.includes('--root') ? words[words.indexOf('--root') + 1] : undefined;
}

function withRoot(word: string, from: string, to: string): string {
  if (word === from) return to;
  return word === `--root=${from}` ? `--root=${to}` : word;
}

function otherProject(name: string, root: string): ServerError {
  return new ServerError('USAGE', `server ${JSON.stringify(name)}: serves ${root} already`, {
    remedy: 'Add one beside it with --name, or give it this project with --root.',
    isCommandLine: true,
  });
}

/** True for an object with keys, as JSON and TOML have them. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
