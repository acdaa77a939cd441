import path from 'node:path';
import { isNetworkType } from './file-system-names.js';

/** What was found out about the place of a store. */
export interface Place {
  readonly root: string;
  /** As `FileSystem.typeOf` calls it. */
  readonly type: string;
  /** Who keeps the directory in step with other machines, if anybody does. */
  readonly syncProgram: string | undefined;
  /** False where entries of directories cannot be made durable; `undefined` if nobody tried. */
  readonly syncsDirectories: boolean | undefined;
  /** Whether git leaves all of it alone, as far as its own `.gitignore` says; `undefined` if there is none to read. */
  readonly isIgnoredByGit: boolean | undefined;
}

/** What a user should know of the place of a store, one sentence each. */
export function placeWarnings(place: Place): readonly string[] {
  const { root, type, syncProgram, syncsDirectories, isIgnoredByGit } = place;
  const warnings: string[] = [];
  if (syncProgram !== undefined)
    warnings.push(
      `${root} is in a folder that ${syncProgram} copies between machines file by file: use the store on one machine at a time, or put it elsewhere`,
    );
  if (isNetworkType(type))
    warnings.push(
      `${root} is on ${type}: commits stay safe, but other hosts see them only after a poll and dead writers of other hosts are noticed late`,
    );
  if (syncsDirectories === false)
    warnings.push(
      `${root} is on ${type}, which cannot sync directories: a power cut may take back the last commits, durable ones included`,
    );
  if (isIgnoredByGit === false)
    warnings.push(
      `${path.join(root, '.gitignore')} was there before the store and does not keep git from tracking it: add a line with "*"`,
    );
  return warnings;
}
