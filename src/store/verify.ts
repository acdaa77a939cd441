import { isStoreError, isSystemError, type StoreErrorCode, systemErrorCode } from './errors.js';
import type { OpenFile } from './file-system.js';
import { decodeManifest, type FileEntry, type Manifest, sha256 } from './manifest.js';
import { generationName } from './names.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';

/** Something wrong in a store. */
export interface Problem {
  readonly code: StoreErrorCode | 'CURRENT_DAMAGED' | 'TAG_DANGLING';
  /** The thing, and what is wrong with it. */
  readonly message: string;
  /** The generation concerned, if one is. */
  readonly generation?: number;
}

/** What a check of the whole store found. */
export interface VerifyResult {
  readonly ok: boolean;
  /** The head; 0 in an empty store. */
  readonly generation: number;
  readonly generationsChecked: number;
  readonly filesChecked: number;
  readonly problems: readonly Problem[];
}

/** How to check. */
export interface VerifyOptions {
  /** Called after each file. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

interface Checked {
  readonly manifests: readonly Manifest[];
  readonly problems: Problem[];
}

/** Reads every manifest and every file of the history and compares them with their checksums. Changes nothing. */
export async function verify(storage: Storage, options: VerifyOptions = {}): Promise<VerifyResult> {
  const { manifests, problems } = await checkManifests(storage);
  const filesChecked = await checkFiles(storage, manifests, problems, options);
  const generation = await storage.findHighestGeneration();
  await checkCurrent(storage, generation, problems);
  await checkTags(storage, problems);
  return { ok: problems.length === 0, generation, generationsChecked: manifests.length, filesChecked, problems };
}

async function checkManifests(storage: Storage): Promise<Checked> {
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const generation of await storage.listGenerations()) {
    const found = await storage.readManifest(generation);
    if (found === undefined && (await storage.listGenerations()).includes(generation)) {
      const message = `generation ${generationName(generation)}: its manifest is missing`;
      problems.push({ code: 'GENERATION_DAMAGED', message, generation });
    }
    if (found === undefined || found.isRetired) continue;
    try {
      manifests.push(decodeManifest(found.bytes, generation));
    } catch (error) {
      if (!isStoreError(error)) throw error;
      problems.push({ code: error.code, message: error.message, generation });
    }
  }
  return { manifests, problems };
}

/** Every file once, however many generations share it; each generation that needs a bad one is named. */
async function checkFiles(
  storage: Storage,
  manifests: readonly Manifest[],
  problems: Problem[],
  options: VerifyOptions,
): Promise<number> {
  const verdicts = new Map<string, string | undefined>();
  const total = new Set(manifests.flatMap((manifest) => [...manifest.files].map(([name, file]) => keyOf(name, file))))
    .size;
  for (const { generation, files } of manifests.toReversed()) {
    for (const [name, file] of files) {
      const key = keyOf(name, file);
      if (!verdicts.has(key)) {
        verdicts.set(key, await findFileProblem(storage, name, file));
        options.onProgress?.({ done: verdicts.size, total });
      }
      const problem = verdicts.get(key);
      if (problem === undefined || !(await isInHistory(storage, generation))) continue;
      const message = `generation ${generationName(generation)}: file ${JSON.stringify(name)} ${problem}`;
      problems.push({ code: 'GENERATION_DAMAGED', message, generation });
    }
  }
  return verdicts.size;
}

function keyOf(name: string, file: FileEntry): string {
  return `${file.owner} ${file.sha256} ${name}`;
}

const PIECE_BYTES = 4 * 1024 * 1024;

async function findFileProblem(storage: Storage, name: string, entry: FileEntry): Promise<string | undefined> {
  let file: OpenFile | undefined;
  try {
    file = await storage.openFile({ owner: entry.owner, name });
    if (file === undefined) return `is missing (generation ${entry.owner} wrote it)`;
    if (file.sizeBytes !== entry.sizeBytes) return `has ${file.sizeBytes} bytes, expected ${entry.sizeBytes}`;
    return sha256(file.read(0, file.sizeBytes)) === entry.sha256 ? undefined : 'does not match its checksum';
  } catch (error) {
    // One file that the disk cannot give is a finding; the check goes on with the others.
    if (isSystemError(error, 'EIO', 'ELOOP', 'EISDIR', 'EACCES')) return `cannot be read (${systemErrorCode(error)})`;
    throw error;
  } finally {
    file?.close();
    // Other work of the process goes on between large files.
    if (entry.sizeBytes > PIECE_BYTES) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What was collected while we looked was not wrong. */
async function isInHistory(storage: Storage, generation: number): Promise<boolean> {
  const found = await storage.readManifest(generation);
  return found !== undefined && !found.isRetired;
}

async function checkCurrent(storage: Storage, head: number, problems: Problem[]): Promise<void> {
  if (head === 0) return;
  const current = await storage.readCurrent();
  const pointed = current === undefined ? undefined : await storage.readManifest(current);
  const newHead = await storage.findHighestGeneration();
  if (current === undefined)
    problems.push({
      code: 'CURRENT_DAMAGED',
      message: 'CURRENT: missing or damaged; it is rebuilt when the store is next opened for writing',
    });
  else if (current > newHead || (pointed === undefined && newHead === head)) {
    problems.push({
      code: 'CURRENT_DAMAGED',
      message: `CURRENT: names generation ${current}, the newest is ${newHead}`,
    });
  }
}

async function checkTags(storage: Storage, problems: Problem[]): Promise<void> {
  try {
    for (const tag of await readTags(storage)) {
      if ((await storage.readManifest(tag.generation)) !== undefined) continue;
      problems.push({
        code: 'TAG_DANGLING',
        message: `tag ${tag.name}: generation ${tag.generation} is gone`,
        generation: tag.generation,
      });
    }
  } catch (error) {
    if (!isStoreError(error)) throw error;
    problems.push({ code: error.code, message: error.message });
  }
}
