/** Telling whether a place lies inside a store, whose directory holds nothing but what it makes itself. */
import fs from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { currentContent, parseCurrentContent } from '../names.js';
import { type Layout, layoutOf } from './layout.js';
import { nearestExisting } from './obstacles.js';

/** The store in whose directory `place` lies, links followed; `undefined` if there is none. Costs a look a level. */
export function findEnclosingStore(fileSystem: FileSystem, place: string): string | undefined {
  const above = nearestExisting(fileSystem, path.dirname(place));
  for (let folder = realPath(above); ; folder = path.dirname(folder)) {
    if (isSurelyStore(layoutOf(folder), fileSystem)) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/** More than a folder that happens to be called `generations`: a pointer beside it, or all that a new store has. */
function isSurelyStore(layout: Layout, fileSystem: FileSystem): boolean {
  if (fileSystem.findStatus(layout.generations)?.kind !== 'directory') return false;
  return isPointer(layout, fileSystem) || hasLayout(layout, fileSystem);
}

/** True where all directories are that every open store has; no generation has empty ones among its own. */
export function hasLayout(layout: Layout, fileSystem: FileSystem): boolean {
  const { generations, drafts, trash } = layout;
  const isDirectory = (place: string): boolean => fileSystem.findStatus(place)?.kind === 'directory';
  return [generations, drafts, trash, layout.records('instances')].every(isDirectory);
}

function isPointer({ current }: Layout, fileSystem: FileSystem): boolean {
  const status = fileSystem.findStatus(current);
  if (status?.kind !== 'file' || status.sizeBytes !== POINTER_BYTES) return false;
  try {
    return parseCurrentContent(fileSystem.readFile(current)) !== undefined;
  } catch (error) {
    if (isSystemError(error, 'EACCES', 'EPERM', 'ENOENT')) return false;
    throw error;
  }
}

const POINTER_BYTES = currentContent(1).length;

function realPath(place: string): string {
  try {
    return fs.realpathSync(place);
  } catch (error) {
    // A part of the way that this user may not look into.
    if (isSystemError(error, 'EACCES', 'EPERM', 'ENOENT')) return place;
    throw error;
  }
}
