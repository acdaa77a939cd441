/** Whether an index holds the documents of another project, which indexing would replace by those of this one. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isS3Location } from '../../store/index.js';
import { SearchError } from '../errors.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';

/** A project, and where its index is. */
interface ProjectPlace {
  readonly root: string;
  readonly indexPath: string;
}

/** What an index says of where its documents lie; nothing on S3, where each machine has another root. */
export function recordedRoot({ root, indexPath }: ProjectPlace): string | undefined {
  return isS3Location(indexPath) ? undefined : root;
}

/**
 * Why this project's documents may not be put into the index: it lies outside of the project, the project that it was
 * made for is another folder that is still there, and most of its documents are not in this one.
 */
export function findOtherProject(
  place: ProjectPlace,
  { metadata, view }: Pick<LoadedIndex, 'metadata' | 'view'>,
): SearchError | undefined {
  const { root, indexPath } = place;
  const other = metadata.root;
  if (other === undefined || other === root || isS3Location(indexPath) || isWithin(root, indexPath)) return undefined;
  // Who takes a larger or a smaller folder as the root means the same documents.
  if (isWithin(root, other) || isWithin(other, root) || !existsSync(other)) return undefined;
  if (hasHalfOf(root, view.paths())) return undefined;
  const message = `index ${indexPath}: it holds the documents of another project, ${other}`;
  return new SearchError('INDEX_OF_OTHER_PROJECT', message, {
    remedy: `Give this project an index of its own: leave \`--index-path\` (SNAPDEX_INDEX_PATH, \`index_path\`) out, or name another folder. If the documents of ${root} are to replace those, delete the folder first. Nothing was changed here.`,
  });
}

/** @throws SearchError INDEX_OF_OTHER_PROJECT */
export function requireOwnIndex(place: ProjectPlace, index: Pick<LoadedIndex, 'metadata' | 'view'>): void {
  const error = findOtherProject(place, index);
  if (error !== undefined) throw error;
}

function isWithin(folder: string, location: string): boolean {
  const relative = path.relative(folder, location);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** True if half of the files are below `root`, whatever they hold; also of none. */
function hasHalfOf(root: string, files: readonly string[]): boolean {
  let lacking = 0;
  for (const file of files) {
    if (!existsSync(path.join(root, file))) lacking += 1;
    if (lacking * 2 > files.length) return false;
  }
  return true;
}
