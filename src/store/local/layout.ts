import path from 'node:path';
import {
  COMMIT_LOCK,
  CURRENT_FILE,
  DRAFTS_DIRECTORY,
  GENERATIONS_DIRECTORY,
  generationName,
  type RecordKind,
  STORE_LOCK,
  TRASH_DIRECTORY,
} from '../names.js';

/** The absolute paths of a store in a local directory. */
export interface Layout {
  readonly root: string;
  readonly current: string;
  readonly generations: string;
  readonly drafts: string;
  readonly trash: string;
  readonly commitLock: string;
  readonly storeLock: string;
  readonly ignoreFile: string;
  records(kind: RecordKind): string;
  generation(generation: number): string;
  draft(name: string): string;
}

/** The layout of the store at `root`, an absolute path. */
export function layoutOf(root: string): Layout {
  const at = (...names: readonly string[]): string => path.join(root, ...names);
  return {
    root,
    current: at(CURRENT_FILE),
    generations: at(GENERATIONS_DIRECTORY),
    drafts: at(DRAFTS_DIRECTORY),
    trash: at(TRASH_DIRECTORY),
    commitLock: at(COMMIT_LOCK),
    storeLock: at(STORE_LOCK),
    ignoreFile: at('.gitignore'),
    records: (kind) => at(kind),
    generation: (generation) => at(GENERATIONS_DIRECTORY, generationName(generation)),
    draft: (name) => at(DRAFTS_DIRECTORY, name),
  };
}
