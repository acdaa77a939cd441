import { CallerFailure } from './caller-failure.js';
import { isSystemError, systemErrorCode } from './errors.js';
import type { OpenFile } from './file-system.js';
import { type FileEntry, type Manifest, sha256 } from './manifest.js';
import type { ReplacedFolders } from './replaced-folders.js';
import type { FileLocation, Storage } from './storage.js';

/** How to check files. */
export interface FileCheckOptions {
  /** `sizes` opens each file without reading it. Default `checksums`. */
  readonly contents?: 'checksums' | 'sizes';
  /** Called after each file; what it throws ends the check. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What is wrong with the files of some generations. */
export interface FileChecks {
  readonly filesChecked: number;
  /** What is wrong with a file, as the end of a sentence; `undefined` for an intact one. */
  problemOf(name: string, file: FileEntry): string | undefined;
}

/** Checks every file of these generations once, however many of them share it. */
export async function checkFiles(
  storage: Storage,
  manifests: readonly Manifest[],
  options: FileCheckOptions & { readonly replaced: ReplacedFolders },
): Promise<FileChecks> {
  const files = new Map<string, { readonly name: string; readonly entry: FileEntry }>();
  for (const manifest of manifests.toReversed())
    for (const [name, entry] of manifest.files) files.set(keyOf(name, entry), { name, entry });
  const tellProgress = CallerFailure.guard(options.onProgress);
  const verdicts = new Map<string, string | undefined>();
  for (const [key, { name, entry }] of files) {
    verdicts.set(key, await findFileProblem(storage, name, entry, options));
    tellProgress({ done: verdicts.size, total: files.size });
  }
  return { filesChecked: verdicts.size, problemOf: (name, file) => verdicts.get(keyOf(name, file)) };
}

function keyOf(name: string, file: FileEntry): string {
  return `${file.owner} ${file.sha256} ${file.sizeBytes} ${name}`;
}

/** A copy that is whole says nothing of what the store has. */
function openOriginal(storage: Storage, location: FileLocation): Promise<OpenFile | undefined> {
  return storage.openOriginal?.(location) ?? storage.openFile(location);
}

const PIECE_BYTES = 4 * 1024 * 1024;

async function findFileProblem(
  storage: Storage,
  name: string,
  entry: FileEntry,
  { contents, replaced }: FileCheckOptions & { readonly replaced: ReplacedFolders },
): Promise<string | undefined> {
  const link = replaced.onTheWayTo({ owner: entry.owner, name });
  if (link !== undefined) return `is out of reach: ${link} is a link or a special file in the place of a directory`;
  let file: OpenFile | undefined;
  try {
    const location = { owner: entry.owner, name };
    file = await (contents === 'sizes' ? storage.openFile(location) : openOriginal(storage, location));
    if (file === undefined) return `is missing (generation ${entry.owner} wrote it)`;
    if (file.sizeBytes !== entry.sizeBytes) return `has ${file.sizeBytes} bytes, expected ${entry.sizeBytes}`;
    if (contents === 'sizes') return undefined;
    return sha256(file.read(0, file.sizeBytes)) === entry.sha256 ? undefined : 'does not match its checksum';
  } catch (error) {
    // One file that the disk cannot give is a finding; the check goes on with the others.
    if (isSystemError(error, 'EIO', 'ELOOP', 'EISDIR', 'ENXIO', 'EACCES'))
      return `cannot be read (${systemErrorCode(error)})`;
    throw error;
  } finally {
    file?.close();
    // Other work of the process goes on between large files.
    if (entry.sizeBytes > PIECE_BYTES) await new Promise((resolve) => setImmediate(resolve));
  }
}
