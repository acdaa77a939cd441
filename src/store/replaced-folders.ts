/** Links in the place of generations and of their folders. Nothing follows one on its way to deleting or checking. */
import { GENERATIONS_DIRECTORY, generationName } from './names.js';
import type { FileLocation } from './storage.js';
import type { StoredEntry } from './upkeep.js';

/** What stands where a generation's files would be looked for, and is neither a directory nor a file. */
export class ReplacedFolders {
  readonly #paths: ReadonlySet<string>;

  constructor(entries: readonly StoredEntry[]) {
    const inGenerations = entries.filter(({ path }) => path.startsWith(`${GENERATIONS_DIRECTORY}/`));
    this.#paths = new Set(inGenerations.flatMap(({ path, kind }) => (kind === 'other' ? [path] : [])));
  }

  /** The path of what stands in the place of the generation itself. */
  ofGeneration(generation: number): string | undefined {
    const directory = directoryOf(generation);
    return this.#paths.has(directory) ? directory : undefined;
  }

  /** The path of what stands in the place of a folder on the way to a file, the generation included. */
  onTheWayTo({ owner, name }: FileLocation): string | undefined {
    if (this.#paths.size === 0) return undefined;
    let folder = directoryOf(owner);
    for (const segment of name.split('/')) {
      if (this.#paths.has(folder)) return folder;
      folder = `${folder}/${segment}`;
    }
    return undefined;
  }
}

function directoryOf(generation: number): string {
  return `${GENERATIONS_DIRECTORY}/${generationName(generation)}`;
}
