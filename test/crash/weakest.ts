/**
 * The weakest file system that POSIX allows: as in "All File Systems Are Not Created Equal: On the Complexity of
 * Crafting Crash-Consistent Applications" (OSDI 2014), each change of one directory entry and each block of a file is
 * for itself. Whatever was not synced survives or not, in any combination; fsync of a file keeps its bytes and none of
 * its names, fsync of a directory keeps its entries and no bytes. A rename is two changes, and one may survive alone.
 */
import { type Content, EMPTY } from './content.js';
import { type EntryChange, type Journal, newFilesIn } from './journal.js';
import type { Choice, ChoicePoint, Forgetting, Moment } from './moment.js';
import { DirectoryNode, type DiskNode, FileNode } from './nodes.js';

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
      ...entries.map(({ path, options }) => ({ what: path, options: options.map(({ node }) => nameOf(node)) })),
      ...files.map(({ path, options }) => ({ what: `bytes of ${path}`, options: options.map(({ what }) => what) })),
    ];
    return { points, build: (choice) => this.#build(entries, files, choice) };
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

  #build(entries: readonly OpenEntry[], files: readonly OpenFile[], choice: Choice): DirectoryNode {
    const chosen = new Map<OpenEntry, EntryOption>();
    const newest = new Map<DirectoryNode, { readonly entry: OpenEntry; readonly since: number }>();
    for (const [index, entry] of entries.entries()) {
      const option = entry.options[choice[index] ?? 0];
      if (option === undefined) continue;
      chosen.set(entry, option);
      // No directory has two names after fsck(8): the newer one counts.
      if (option.node?.kind === 'directory' && option.since >= (newest.get(option.node)?.since ?? -1))
        newest.set(option.node, { entry, since: option.since });
    }
    const contents = new Map<FileNode, Content>();
    for (const [index, { file, options }] of files.entries())
      contents.set(file, options[choice[entries.length + index] ?? 0] ?? EMPTY);
    const built = new Map<FileNode, FileNode>();
    const copyFile = (file: FileNode): FileNode => {
      const known = built.get(file);
      if (known !== undefined) return known;
      const copy = new FileNode();
      copy.content = contents.get(file) ?? this.#synced.get(file) ?? file.content;
      copy.modifiedMs = file.modifiedMs;
      built.set(file, copy);
      return copy;
    };
    const copyDirectory = (directory: DirectoryNode): DirectoryNode => {
      const copy = new DirectoryNode();
      copy.modifiedMs = directory.modifiedMs;
      const open = this.#open.get(directory);
      for (const [name, node] of this.#durable.get(directory) ?? [])
        if (open?.has(name) !== true)
          copy.entries.set(name, node.kind === 'file' ? copyFile(node) : copyDirectory(node));
      for (const entry of open?.values() ?? []) {
        const node = chosen.get(entry)?.node;
        if (node?.kind === 'file') copy.entries.set(entry.name, copyFile(node));
        else if (node !== undefined && newest.get(node)?.entry === entry)
          copy.entries.set(entry.name, copyDirectory(node));
      }
      return copy;
    };
    return copyDirectory(this.#journal.root);
  }
}

function nameOf(node: DiskNode | undefined): string {
  if (node === undefined) return 'nothing';
  return node.kind === 'file' ? 'a file' : 'a directory';
}
