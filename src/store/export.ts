/** A generation as a store of its own, in another directory. */
import path from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { type Check, type Checks, FUNCTION, oneOf } from '../arguments/index.js';
import { isLike, requireFields, requirePath } from './argument-checks.js';
import { CallerFailure } from './caller-failure.js';
import { ENVIRONMENT, type Environment, processEnvironment } from './environment.js';
import { noGenerationYet, StoreError } from './errors.js';
import { explainTarget, moveIntoPlace, requireTarget } from './export-target.js';
import type { FileCopying, FileSystem } from './file-system.js';
import { clearAfterFailure, readTree } from './local/directory-tree.js';
import { type Layout, layoutOf } from './local/layout.js';
import { nodeFileCopying } from './local/node-file-system.js';
import { prepareLayout } from './local/preparation.js';
import { encodeManifest, type Manifest } from './manifest.js';
import { CURRENT_FILE, currentContent, draftName, MANIFEST_FILE } from './names.js';
import { requireSnapshot, type Snapshot } from './snapshot.js';
import { beginBuilding } from './unfinished-export.js';

const METHODS = ['cheapest', 'links', 'copy'] as const;

/** How to export. */
export interface ExportOptions {
  /**
   * `cheapest` (the default) clones each file where the file system can, else links it, else copies its bytes. `links`
   * fails rather than copy bytes. `copy` copies the bytes of every file, so that the two stores share nothing.
   */
  readonly method?: (typeof METHODS)[number];
  /** Called after each file. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Ends the export between two files; nothing is left of it. */
  readonly signal?: AbortSignal;
  /** Time, chance and the file system; for tests. */
  readonly environment?: Environment;
  /** How files are linked and cloned; for tests. */
  readonly copying?: FileCopying;
}

const SIGNAL: Check = {
  expected: 'an AbortSignal',
  // By what is asked of it: not every library's is the platform's own.
  allows: (value) => typeof Object(value).aborted === 'boolean' && FUNCTION.allows(Object(value).throwIfAborted),
};

const COPYING: Check = {
  expected: 'ways of linking and cloning a file',
  allows: (value) => isLike(value, nodeFileCopying),
};

const EXPORTING: Checks<ExportOptions> = {
  method: oneOf(...METHODS),
  onProgress: FUNCTION,
  signal: SIGNAL,
  environment: ENVIRONMENT,
  copying: COPYING,
};

/** What an export came to. */
export interface ExportResult {
  /** Absolute path of the new store. */
  readonly target: string;
  readonly generation: number;
  /** Absolute path of the directory in which the generation's files lie under their own names. */
  readonly filesPath: string;
  readonly files: number;
  /** Bytes of all files. */
  readonly sizeBytes: number;
  /** Files that share their blocks with the source until one of them is changed. */
  readonly cloned: number;
  /** Files that are the source's own, under a second name. */
  readonly linked: number;
  readonly copied: number;
  readonly copiedBytes: number;
}

/**
 * Makes a store in `target` whose one generation is that of `snapshot`, with its number, metadata and time; its history
 * begins there, nothing is on hold, and it needs nothing of the source. Every file is compared with its checksum. The
 * store is built beside its place and renamed to it when all of it is on the disk, so what bears the name is complete;
 * in an empty directory that is there it is built inside, and moved up.
 * The caller keeps the snapshot open, which pins it.
 * @param target a directory that does not exist, or is empty, in one that exists
 * @throws StoreError TARGET_EXISTS, GENERATION_NOT_FOUND (an empty store), GENERATION_DAMAGED, GENERATION_EXPIRED (a
 * snapshot that was not pinned), LINKS_UNSUPPORTED, INVALID_OPTION (inside a store, no name for a directory, or its
 * parent is missing), NO_SPACE, STORE_READ_ONLY, …; the signal's reason, and whatever `onProgress` throws, as it is
 */
export async function exportSnapshot(
  snapshot: Snapshot,
  target: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  requireSnapshot('snapshot', snapshot);
  requireFields('options of export', options, EXPORTING);
  const environment = options.environment ?? processEnvironment;
  const { fileSystem } = environment;
  const { manifest } = snapshot;
  if (manifest === undefined) throw noGenerationYet(`export to ${target}`);
  const exportTarget = requireTarget(environment, requirePath('target', target));
  const { place, building } = exportTarget;
  try {
    const layout = layoutOf(building);
    const holder = beginBuilding(environment, layout);
    await prepareLayout(layout, fileSystem);
    const placed = await placeFiles(snapshot, layout, fileSystem, options);
    await finish(layout, environment, manifest);
    options.signal?.throwIfAborted();
    await moveIntoPlace(fileSystem, { ...exportTarget, holder });
    const filesPath = layoutOf(place).generation(snapshot.generation);
    return { target: place, generation: snapshot.generation, filesPath, files: snapshot.files.size, ...placed };
  } catch (error) {
    clearAfterFailure(fileSystem, building);
    if (error instanceof CallerFailure) throw error.cause;
    if (options.signal?.aborted === true && error === options.signal.reason) throw error;
    throw explainTarget(place, error);
  }
}

type Placed = Pick<ExportResult, 'sizeBytes' | 'cloned' | 'linked' | 'copied' | 'copiedBytes'>;

async function placeFiles(
  snapshot: Snapshot,
  layout: Layout,
  fileSystem: FileSystem,
  options: ExportOptions,
): Promise<Placed> {
  const directory = layout.generation(snapshot.generation);
  fileSystem.makeDirectory(directory);
  const made = new Set([directory]);
  const placer = new FilePlacer(options.method ?? 'cheapest', fileSystem, options.copying ?? nodeFileCopying);
  const tellProgress = CallerFailure.guard(options.onProgress);
  for (const name of snapshot.files.keys()) {
    options.signal?.throwIfAborted();
    const bytes = await snapshot.read(name);
    const to = path.join(directory, name);
    makeParents(fileSystem, path.dirname(to), made);
    await placer.place(await snapshot.path(name), to, bytes);
    tellProgress({ done: placer.done, total: snapshot.files.size });
    // A signal, and whatever else the process does, gets its turn between two files.
    await eventLoopTurn();
  }
  const { sizeBytes, cloned, linked, copied, copiedBytes } = placer;
  return { sizeBytes, cloned, linked, copied, copiedBytes };
}

/** Puts files into place in the cheapest way that works, and counts. */
class FilePlacer {
  sizeBytes = 0;
  cloned = 0;
  linked = 0;
  copied = 0;
  copiedBytes = 0;
  readonly #fileSystem: FileSystem;
  readonly #copying: FileCopying;
  readonly #mayCopy: boolean;
  #clones: boolean;
  #links: boolean;

  constructor(method: (typeof METHODS)[number], fileSystem: FileSystem, copying: FileCopying) {
    this.#fileSystem = fileSystem;
    this.#copying = copying;
    this.#mayCopy = method !== 'links';
    this.#clones = method !== 'copy';
    this.#links = method !== 'copy';
  }

  get done(): number {
    return this.cloned + this.linked + this.copied;
  }

  async place(from: string, to: string, bytes: Uint8Array): Promise<void> {
    this.sizeBytes += bytes.byteLength;
    // What one file of a file system cannot, the others cannot either.
    this.#clones &&= works(() => this.#copying.cloneFile(from, to));
    if (this.#clones) this.cloned += 1;
    else if (this.#links && works(() => this.#copying.linkFile(from, to))) this.linked += 1;
    else if (this.#mayCopy) await this.#copy(to, bytes);
    else throw linksUnsupported(to);
  }

  async #copy(to: string, bytes: Uint8Array): Promise<void> {
    await this.#fileSystem.writeFile(to, bytes, { sync: true });
    this.copied += 1;
    this.copiedBytes += bytes.byteLength;
  }
}

/** False for any error of the system: what cannot be shared is copied, and copying says what is really wrong. */
function works(share: () => void): boolean {
  try {
    share();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

function makeParents(fileSystem: FileSystem, directory: string, made: Set<string>): void {
  if (made.has(directory)) return;
  makeParents(fileSystem, path.dirname(directory), made);
  fileSystem.makeDirectory(directory);
  made.add(directory);
}

/** The manifest, the pointer and every name in the new store, on the disk. */
async function finish(layout: Layout, environment: Environment, source: Manifest): Promise<void> {
  const { fileSystem } = environment;
  const { generation } = source;
  const files = new Map([...source.files].map(([name, file]) => [name, { ...file, owner: generation }]));
  const nonce = draftName(environment.uniqueId(), 1);
  const manifest = { ...source, parent: null, nonce, unsynced: [], hold: null, files, writers: new Map() };
  const directory = layout.generation(generation);
  const created = [
    [path.join(directory, MANIFEST_FILE), encodeManifest(manifest)],
    [path.join(layout.root, CURRENT_FILE), Buffer.from(currentContent(generation))],
  ] as const;
  for (const [file, bytes] of created) await fileSystem.writeFile(file, bytes, { sync: true });
  const tree = readTree(fileSystem, layout.root);
  for (const { name } of tree.files) await fileSystem.syncFile(path.join(layout.root, name));
  for (const name of [...tree.directories, '']) await fileSystem.syncDirectory(path.join(layout.root, name));
}

function linksUnsupported(file: string): StoreError {
  return new StoreError('LINKS_UNSUPPORTED', `export: ${file} can be neither a clone nor a link of its source`, {
    remedy: 'Export to a directory on the file system of the store, or let bytes be copied.',
  });
}
