import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  DEFAULT_INCLUDE,
  DEFAULT_MAXIMUM_FILE_BYTES,
  ProjectIndex,
  type ProjectIndexOptions,
} from '../../../dist/search/index.js';

/** A project in a temporary folder, and indexes of it. */
export interface Project extends AsyncDisposable {
  readonly root: string;
  readonly indexPath: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Opens the project's index once more; closed with the project at the latest. */
  open(options?: Partial<ProjectIndexOptions>): Promise<ProjectIndex>;
  /** Opens it, indexes and closes it. */
  index(options?: Partial<ProjectIndexOptions>): Promise<Awaited<ReturnType<ProjectIndex['indexNow']>>>;
}

export async function projectWith(documents: Readonly<Record<string, string | Uint8Array>>): Promise<Project> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'snapdex-project-')));
  const opened: ProjectIndex[] = [];
  const indexPath = join(root, '.snapdex');
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const open = async (options: Partial<ProjectIndexOptions> = {}): Promise<ProjectIndex> => {
    const index = await ProjectIndex.open({ ...optionsFor(root, indexPath), ...options });
    opened.push(index);
    return index;
  };
  for (const [path, content] of Object.entries(documents)) await write(path, content);
  return {
    root,
    indexPath,
    write,
    open,
    remove: (path) => rm(join(root, path), { recursive: true }),
    index: async (options = {}) => {
      const index = await open({ mode: 'once', ...options });
      const outcome = await index.indexNow();
      await index.close();
      return outcome;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((index) => index.close()));
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a test opens a project with. */
export function optionsFor(root: string, indexPath: string): ProjectIndexOptions {
  return {
    root,
    indexPath,
    documentsPath: ['.'],
    recursive: true,
    include: DEFAULT_INCLUDE,
    exclude: [],
    coordinationMode: 'file_lock',
    lockTimeoutMs: 5_000,
    reconciliationIntervalMs: 3_600_000,
    debounceMs: 100,
    maximumFileBytes: DEFAULT_MAXIMUM_FILE_BYTES,
    keepGenerations: 32,
    minimumAgeMs: 10_000,
    client: 'test',
    mode: 'serve',
  };
}

/** Waits until `isTrue`, for at most half a minute; `describe` says how things are when that is over. */
export async function until(isTrue: () => Promise<boolean>, describe?: () => Promise<unknown>): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) {
      throw new Error(`it did not come true: ${JSON.stringify(await describe?.())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until the index says that it is up to date. */
export async function untilCurrent(index: ProjectIndex): Promise<void> {
  await until(
    async () => !(await index.status()).stale,
    () => index.status(),
  );
}

/** Paths of all documents. */
export async function pathsIn(index: ProjectIndex): Promise<readonly string[]> {
  return (await index.list({ limit: 500 })).documents.map((document) => document.path);
}

/** Codes of all problems. */
export async function problemCodes(index: ProjectIndex): Promise<readonly string[]> {
  return (await index.status()).problems.map((problem) => problem.code);
}
