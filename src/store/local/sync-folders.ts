/** Folders that a program keeps in step with other machines, file by file and without asking. */
import os from 'node:os';
import nodePath from 'node:path';
import { systemErrorCode } from '../errors.js';
import type { FileStatus, FileSystem } from '../file-system.js';

/** What is known without looking at the disk. */
export interface SyncPlaces {
  /** This user's home directory, absolute. */
  readonly home: string;
  /** Environment variables; OneDrive's client tells in them where its folders are. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** How paths are written. */
  readonly path: nodePath.PlatformPath;
}

type Kind = FileStatus['kind'];

/** Left in the topmost folder by the program that syncs it. `~/.dropbox` is a directory, and says nothing. */
const MARKERS: readonly { readonly product: string; readonly name: string; readonly kinds: readonly Kind[] }[] = [
  { product: 'Dropbox', name: '.dropbox', kinds: ['file'] },
  { product: 'Dropbox', name: '.dropbox.cache', kinds: ['directory'] },
  { product: 'Syncthing', name: '.stfolder', kinds: ['directory', 'file'] },
  { product: 'Google Drive', name: '.tmp.driveupload', kinds: ['directory'] },
  { product: 'Google Drive', name: '.tmp.drivedownload', kinds: ['directory'] },
  { product: 'Google Drive', name: '.shortcut-targets-by-id', kinds: ['directory'] },
];

/** Set by OneDrive's client on Windows, each to the path of a folder. */
const ONEDRIVE_VARIABLES = ['OneDrive', 'OneDriveConsumer', 'OneDriveCommercial'] as const;
const ONEDRIVE_NAME = /^OneDrive( - .+)?$/i;

/** Where macOS puts the folders of all providers: `Dropbox`, `GoogleDrive-someone@example.org`, `OneDrive-Personal`, … */
const CLOUD_STORAGE = 'Library/CloudStorage';
const CLOUD_STORAGE_NAMES: ReadonlyMap<string, string> = new Map([
  ['GoogleDrive', 'Google Drive'],
  ['iCloud', 'iCloud Drive'],
]);

/**
 * The program that syncs `directory` with other machines; `undefined` if no sign of one is found.
 * @param kindOf what an entry is, if it is there
 */
export function findSyncProgram(
  directory: string,
  places: SyncPlaces,
  kindOf: (path: string) => Kind | undefined,
): string | undefined {
  return programOfPlace(directory, places) ?? programOfMarkers(directory, places, kindOf);
}

/** As `findSyncProgram`, for this user and this machine. Costs a few microseconds for each folder above. */
export function lookForSyncProgram(directory: string, fileSystem: FileSystem): string | undefined {
  const places = { home: os.homedir(), variables: process.env, path: nodePath };
  return findSyncProgram(directory, places, (file) => {
    try {
      return fileSystem.findStatus(file)?.kind;
    } catch (error) {
      // A folder above that cannot be looked into says nothing.
      if (systemErrorCode(error) === undefined) throw error;
      return undefined;
    }
  });
}

function programOfPlace(directory: string, { home, variables, path }: SyncPlaces): string | undefined {
  const isIn = (folder: string): boolean => isWithin(path, directory, folder);
  const oneDrives = ONEDRIVE_VARIABLES.flatMap((name) => variables[name] || []);
  if (oneDrives.some(isIn)) return 'OneDrive';
  if (isIn(path.join(home, 'Library/Mobile Documents')) || isIn(path.join(home, 'iCloudDrive'))) return 'iCloud Drive';
  const [provider = ''] = firstBelow(path, directory, path.join(home, CLOUD_STORAGE)).split('-', 1);
  if (provider !== '') return CLOUD_STORAGE_NAMES.get(provider) ?? provider;
  return ONEDRIVE_NAME.test(firstBelow(path, directory, home)) ? 'OneDrive' : undefined;
}

function programOfMarkers(
  directory: string,
  { path }: SyncPlaces,
  kindOf: (path: string) => Kind | undefined,
): string | undefined {
  for (const folder of upwards(path, directory)) {
    const found = MARKERS.find(({ name, kinds }) => {
      const kind = kindOf(path.join(folder, name));
      return kind !== undefined && kinds.includes(kind);
    });
    if (found !== undefined) return found.product;
    // Elsewhere than in the home directory the name alone is not enough.
    if (ONEDRIVE_NAME.test(path.basename(folder)) && kindOf(path.join(folder, 'desktop.ini')) === 'file')
      return 'OneDrive';
  }
  return undefined;
}

function upwards(path: nodePath.PlatformPath, directory: string): readonly string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(path, parent)];
}

function isWithin(path: nodePath.PlatformPath, directory: string, folder: string): boolean {
  const below = path.relative(folder, directory);
  return below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
}

/** The name of the folder directly in `folder` that holds `directory`; `''` if there is none. */
function firstBelow(path: nodePath.PlatformPath, directory: string, folder: string): string {
  if (!isWithin(path, directory, folder)) return '';
  return path.relative(folder, directory).split(path.sep, 1)[0] ?? '';
}
