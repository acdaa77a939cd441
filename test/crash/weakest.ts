/**
 * The weakest file system that POSIX allows: as in "All File Systems Are Not Created Equal: On the Complexity of
 * Crafting Crash-Consistent Applications" (OSDI 2014), each change of one directory entry and each block of a file is
 * for itself. Whatever was not synced survives or not, in any combination; fsync of a file keeps its bytes and none of
 * its names, fsync of a directory keeps its entries and no bytes. A rename is two changes, and one may survive alone.
 */
import { type Content, EMPTY, pointOfBytes } from './content.js';
import { type EntryChange, type Journal, newFilesIn } from './journal.js';
import type { ChoicePoint, Forgetting, Moment } from './moment.js';
import type { DirectoryNode, DiskNode, FileNode } from './nodes.js';

interface EntryOption {
  readonly node: DiskNode | undefined;
  /** Which event brought it; -1 for what was durable. */
  readonly since: number;
}

interface OpenEntry {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly path: string;
  readonly options: readonly EntryOption[];
}

interface OpenFile {
  readonly file: FileNode;
  readonly path: string;
  readonly options: readonly Content[];
}

export class Weakest implements Forgetting {
  readonly #journal: Journal;
  readonly #durable = new Map<DirectoryNode, Map<string, DiskNode>>();
  readonly #open = new Map<DirectoryNode, Map<string, OpenEntry>>();
  readonly #openFiles = new Map<FileNode, OpenFile>();
  /** What is on the platter of files that were made since the journal began. */
  readonly #synced = new Map<FileNode, Content>();

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const [directory, entries] of journal.initial) this.#durable.set(directory, new Map(entries));
  }

  hear(eventIndex: number): void {
    const event = this.#journal.events[eventIndex];
    if (event?.kind === 'entries') {
      for (const change of event.changes) this.#openEntry(change, eventIndex);
      for (const file of newFilesIn(event, this.#journal)) if (!this.#synced.has(file)) this.#synced.set(file, EMPTY);
    }
    if (event?.kind === 'content')
      this.#openFiles.set(event.file, { file: event.file, path: event.path, options: event.content.remains() });
    if (event?.kind === 'sync file') this.#syncFile(event.file);
    if (event?.kind === 'sync directory') this.#syncDirectory(event.directory);
  }

  settle(): void {
    for (const directory of [...this.#open.keys()]) this.#syncDirectory(directory);
    for (const file of [...this.#openFiles.keys()]) this.#syncFile(file);
  }

  moment(): Moment {
    const entries = [...this.#open.values()].flatMap((open) => [...open.values()]);
    const files = [...this.#openFiles.values()].filter(({ options }) => options.length > 1);
    const points: readonly ChoicePoint[] = [
      ...entries.map(
        ({ path, options }): ChoicePoint => ({
          what: path,
          size: options.length,
          describe: (option) => nameOf(options[option]?.node),
        }),
      ),
      ...files.map(({ path, options }) => pointOfBytes(path, options)),
    ];
    const places = new Map(entries.map((entry, index) => [entry, index]));
    const placesOfFiles = new Map(files.map(({ file }, index) => [file, entries.length + index]));
    const moved = entries.filter(({ options }) => options.some(({ node }) => node?.kind === 'directory'));
    return {
      points,
      imageOf: (choice) => {
        const optionOf = (entry: OpenEntry): EntryOption | undefined =>
          entry.options[choice[places.get(entry) ?? 0] ?? 0];
        const named = namedBy(moved, optionOf);
        return {
          root: this.#journal.root,
          eachEntry: (directory, look) => {
            const open = this.#open.get(directory);
            for (const [name, node] of this.#durable.get(directory) ?? [])
              if (open?.has(name) !== true) look(name, node);
            for (const entry of open?.values() ?? []) {
              const node = optionOf(entry)?.node;
              if (node?.kind === 'file' || (node !== undefined && named.get(node) === entry)) look(entry.name, node);
            }
          },
          contentOf: (file) => {
            const place = placesOfFiles.get(file);
            if (place === undefined) return this.#synced.get(file) ?? file.content;
            return this.#openFiles.get(file)?.options[choice[place] ?? 0] ?? EMPTY;
          },
        };
      },
    };
  }

  #openEntry({ directory, name, node, path }: EntryChange, since: number): void {
    const open = this.#open.get(directory) ?? new Map<string, OpenEntry>();
    this.#open.set(directory, open);
    const before = open.get(name)?.options ?? [{ node: this.#durable.get(directory)?.get(name), since: -1 }];
    // What comes back later is the newest all the same.
    const options = [...before.filter((option) => option.node !== node || option.since === -1), { node, since }];
    open.set(name, { directory, name, path, options });
  }

  #syncFile(file: FileNode): void {
    const content = this.#openFiles.get(file)?.options.at(-1);
    if (content !== undefined) this.#synced.set(file, content);
    this.#openFiles.delete(file);
  }

  #syncDirectory(directory: DirectoryNode): void {
    const entries = this.#durable.get(directory) ?? new Map<string, DiskNode>();
    this.#durable.set(directory, entries);
    for (const { name, options } of this.#open.get(directory)?.values() ?? []) {
      const node = options.at(-1)?.node;
      if (node === undefined) entries.delete(name);
      else entries.set(name, node);
    }
    this.#open.delete(directory);
  }
}

/** No directory has two names after fsck(8): the newer one counts. */
function namedBy(
  entries: readonly OpenEntry[],
  optionOf: (entry: OpenEntry) => EntryOption | undefined,
): ReadonlyMap<DiskNode, OpenEntry> {
  const named = new Map<DiskNode, OpenEntry>();
  const newest = new Map<DiskNode, number>();
  for (const entry of entries) {
    const option = optionOf(entry);
    if (option?.node?.kind !== 'directory' || option.since < (newest.get(option.node) ?? -1)) continue;
    newest.set(option.node, option.since);
    named.set(option.node, entry);
  }
  return named;
}

function nameOf(node: DiskNode | undefined): string {
  if (node === undefined) return 'nothing';
  return node.kind === 'file' ? 'a file' : 'a directory';
}
