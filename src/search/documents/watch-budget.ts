import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentFilter } from './document-filter.js';
import type { DocumentRules } from './document-rules.js';

/** What watching a project takes and what the system has for it: inotify(7) counts a user's watches and instances. */
export interface WatchBudget {
  /** Folders of the project that a server watches, one watch each. */
  readonly folders: number;
  /** `fs.inotify.max_user_watches`. */
  readonly watchLimit: number;
  /** Watches of all processes that this one may look at. */
  readonly watchesUsed: number;
  /** `fs.inotify.max_user_instances`; a server takes one. */
  readonly instanceLimit: number;
  readonly instancesUsed: number;
}

/** The budget on Linux; `undefined` where the system counts no watches or does not say. */
export function readWatchBudget(rules: DocumentRules): WatchBudget | undefined {
  const watchLimit = readLimit('max_user_watches');
  const instanceLimit = readLimit('max_user_instances');
  if (watchLimit === undefined || instanceLimit === undefined) return undefined;
  const uses = listDirectory('/proc')
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => inotifyUses(`/proc/${name}/fdinfo`));
  return {
    folders: countFolders(new DocumentFilter(rules), ''),
    watchLimit,
    watchesUsed: uses.reduce((sum, watches) => sum + watches, 0),
    instanceLimit,
    instancesUsed: uses.length,
  };
}

function countFolders(filter: DocumentFilter, folder: string): number {
  const below = listDirectory(join(filter.rules.root, folder)).filter((entry) => entry.isDirectory());
  const entered = below
    .map(({ name }) => (folder === '' ? name : `${folder}/${name}`))
    .filter((path) => filter.entersFolder(path));
  return entered.reduce((sum, path) => sum + countFolders(filter, path), 1);
}

/** Watches of each inotify instance of a process: proc_pid_fdinfo(5). */
function inotifyUses(directory: string): readonly number[] {
  return listDirectory(directory).flatMap(({ name }) => {
    const lines = (readText(`${directory}/${name}`) ?? '').split('\n').filter((line) => line.startsWith('inotify '));
    return lines.length === 0 ? [] : [lines.length];
  });
}

function readLimit(name: string): number | undefined {
  const text = readText(`/proc/sys/fs/inotify/${name}`);
  return text === undefined ? undefined : Number(text);
}

/** Empty for what is gone by now, or is not for us to see. */
function listDirectory(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
