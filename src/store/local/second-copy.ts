/**
 * What is done when fsync of a visible file fails. The system may have dropped the bytes, and says so only once: a
 * second fsync of the same file can succeed though nothing reached the disk ("Can Applications Recover from fsync
 * Failures?", USENIX ATC 2020). So the content is compared with its checksum, written to a new file, synced there, and
 * given the old name: readers see the same bytes before and after.
 */
import path from 'node:path';
import type { Environment } from '../environment.js';
import { DAMAGED_GENERATION_REMEDY, isSystemError, StoreError } from '../errors.js';
import type { FileSystem } from '../file-system.js';
import { decodeManifest, sha256 } from '../manifest.js';
import { MANIFEST_FILE, RETIRED_FILE } from '../names.js';
import type { Layout } from './layout.js';
import { litterIn, removeFileLater } from './litter.js';

/** A file of a generation. */
export interface WrittenFile {
  readonly generation: number;
  /** By its path in the generation's directory. */
  readonly name: string;
}

/** Files whose fsync has failed in this process, and which have no second copy. */
const distrusted = new WeakMap<FileSystem, Set<string>>();

/**
 * Makes a file durable that others may be reading.
 * @throws StoreError GENERATION_DAMAGED if its bytes are lost; what the system said if they cannot be written again
 */
export async function syncWritten(layout: Layout, environment: Environment, written: WrittenFile): Promise<void> {
  const { fileSystem } = environment;
  const file = path.join(layout.generation(written.generation), written.name);
  const suspects = distrustedIn(fileSystem);
  if (!suspects.has(file)) {
    try {
      return await fileSystem.syncFile(file);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) throw error;
      suspects.add(file);
    }
  }
  await replaceByCopy(layout, environment, written, file);
  suspects.delete(file);
}

/**
 * Makes a manifest durable, and never tries a second time: a collector may rename it at any moment, so a copy in its
 * place could undo a retirement.
 * @throws what the system said, now or when it was first asked
 */
export async function syncManifest(fileSystem: FileSystem, file: string): Promise<void> {
  const suspects = distrustedIn(fileSystem);
  if (suspects.has(file)) throw new Error(`${file}: an earlier fsync failed, and a second one would prove nothing`);
  try {
    await fileSystem.syncFile(file);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) suspects.add(file);
    throw error;
  }
}

function distrustedIn(fileSystem: FileSystem): Set<string> {
  const suspects = distrusted.get(fileSystem) ?? new Set<string>();
  distrusted.set(fileSystem, suspects);
  return suspects;
}

async function replaceByCopy(
  layout: Layout,
  environment: Environment,
  written: WrittenFile,
  file: string,
): Promise<void> {
  const { fileSystem } = environment;
  const bytes = readData(fileSystem, file);
  requireIntact(layout, fileSystem, written, bytes);
  const copy = layout.draft(environment.uniqueId());
  try {
    await fileSystem.writeFile(copy, bytes, { sync: true });
    fileSystem.rename(copy, file);
  } catch (error) {
    removeFileLater(fileSystem, litterIn(fileSystem, layout.drafts), copy);
    throw error;
  }
}

function readData(fileSystem: FileSystem, file: string): Uint8Array {
  const opened = fileSystem.openFile(file);
  try {
    return opened.read(0, opened.sizeBytes);
  } finally {
    opened.close();
  }
}

function requireIntact(
  layout: Layout,
  fileSystem: FileSystem,
  { generation, name }: WrittenFile,
  bytes: Uint8Array,
): void {
  const entry = decodeManifest(readManifest(layout, fileSystem, generation), generation).files.get(name);
  if (entry?.owner === generation && entry.sha256 === sha256(bytes)) return;
  const text = `generation ${generation}: the disk lost file ${JSON.stringify(name)}`;
  throw new StoreError('GENERATION_DAMAGED', text, {
    remedy: `Check the disk. ${DAMAGED_GENERATION_REMEDY}`,
  });
}

function readManifest(layout: Layout, fileSystem: FileSystem, generation: number): Uint8Array {
  const directory = layout.generation(generation);
  try {
    return fileSystem.readFile(path.join(directory, MANIFEST_FILE));
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    return fileSystem.readFile(path.join(directory, RETIRED_FILE));
  }
}
