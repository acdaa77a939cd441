import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real documentation beside the checkout, where there is some, and this project's own documents. */
const SHARED_DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
export const OWN_DOCUMENTS: string = fileURLToPath(new URL('../fixtures/documents/', import.meta.url));

/** The folder of a public corpus; the project's own documents where it is absent. */
export function corpusFolder(name: string): string {
  const folder = join(SHARED_DATA, 'corpora', name);
  return existsSync(folder) ? folder : OWN_DOCUMENTS;
}

/** A bundle with the history of real documents; `undefined` where there is none. */
export function replayBundle(name: string): string | undefined {
  const bundle = join(SHARED_DATA, 'replay', `${name}.bundle`);
  return existsSync(bundle) ? bundle : undefined;
}

/** A folder that a test may change, with a place for indexes beside it. */
export interface ProjectFolder extends AsyncDisposable {
  readonly root: string;
  readonly indexPath: string;
  /** The folder around both, for whatever else a test needs. */
  readonly around: string;
}

/** An empty project in a temporary folder. */
export async function emptyProject(): Promise<ProjectFolder> {
  const around = await realpath(await mkdtemp(join(tmpdir(), 'snapdex-whole-')));
  const root = join(around, 'project');
  await mkdir(root);
  return {
    root,
    around,
    indexPath: join(root, '.snapdex'),
    [Symbol.asyncDispose]: () => rm(around, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** A project with a copy of a folder, or of its first `files` documents by path. */
export async function projectFrom(
  folder: string,
  { files = Number.POSITIVE_INFINITY }: { readonly files?: number } = {},
): Promise<ProjectFolder> {
  const project = await emptyProject();
  for (const path of (await documentPaths(folder)).slice(0, files)) {
    await mkdir(dirname(join(project.root, path)), { recursive: true });
    await cp(join(folder, path), join(project.root, path));
  }
  return project;
}

/** The paths of all documents in a folder, with `/`, ascending; hidden folders (an index, `.git`) are not entered. */
export async function documentPaths(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile() && /\.(md|mdx|markdown)$/i.test(entry.name)) paths.push(entry.name);
    if (!entry.isDirectory()) continue;
    for (const path of await documentPaths(join(folder, entry.name))) paths.push(`${entry.name}/${path}`);
  }
  return paths.sort();
}
