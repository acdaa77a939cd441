/**
 * File systems with a journal of their metadata: a crash leaves what the journal says up to some point, and every
 * fsync, of whatever file or directory, writes the journal out. The two differ in what a file holds.
 *
 * `ordered`: ext4 with data=ordered, the default ("all data are forced directly out to the main file system prior to
 * its metadata being committed to the journal", Documentation/filesystems/ext4): a file is as long as the journal says,
 * and what it says it holds is there.
 *
 * `rename-before-data`: ext4 with delayed allocation and noauto_da_alloc, and btrfs: names, renames among them, are
 * durable before the bytes of the files, of which any part may be missing that was not synced.
 */
import { type Content, EMPTY, pointOfBytes } from './content.js';
import type { DiskEvent, Journal } from './journal.js';
import { describeEvent, newFilesIn } from './journal.js';
import type { ChoicePoint, Forgetting, Moment } from './moment.js';
import type { DirectoryNode, DiskNode, FileNode } from './nodes.js';

interface OpenFile {
  readonly file: FileNode;
  readonly path: string;
  readonly options: readonly Content[];
}

/** What a part of the journal changes. */
interface Written {
  readonly entries: ReadonlyMap<DirectoryNode, ReadonlyMap<string, DiskNode>>;
  readonly contents: ReadonlyMap<FileNode, Content>;
}

export class Journalled implements Forgetting {
  readonly #journal: Journal;
  readonly #isDataOrdered: boolean;
  readonly #durable = new Map<DirectoryNode, Map<string, DiskNode>>();
  readonly #contents = new Map<FileNode, Content>();
  readonly #openFiles = new Map<FileNode, OpenFile>();
  /** Events since the journal was written out. */
  #open: DiskEvent[] = [];

  constructor(journal: Journal, { isDataOrdered }: { readonly isDataOrdered: boolean }) {
    this.#journal = journal;
    this.#isDataOrdered = isDataOrdered;
    for (const [directory, entries] of journal.initial) this.#durable.set(directory, new Map(entries));
  }

  hear(eventIndex: number): void {
    const event = this.#journal.events[eventIndex];
    if (event === undefined) return;
    if (event.kind === 'entries') {
      this.#open.push(event);
      for (const file of newFilesIn(event, this.#journal))
        if (!this.#contents.has(file)) this.#contents.set(file, EMPTY);
    } else if (event.kind === 'content') this.#hearContent(event.file, event.content, event);
    else {
      if (event.kind === 'sync file') this.#openFiles.delete(event.file);
      this.#writeOut();
    }
  }

  settle(): void {
    this.#openFiles.clear();
    this.#writeOut();
  }

  moment(): Moment {
    const open = [...this.#open];
    const files = [...this.#openFiles.values()].filter(({ options }) => options.length > 1);
    const journal: ChoicePoint = {
      what: 'the journal',
      size: open.length + 1,
      describe: (option) => {
        const last = open[option - 1];
        return last === undefined ? 'as it was synced' : `up to: ${describeEvent(last)}`;
      },
    };
    const points = [journal, ...files.map(({ path, options }) => pointOfBytes(path, options))];
    const places = new Map(files.map(({ file }, index) => [file, index + 1]));
    const known = new Map<number, Written>();
    return {
      points,
      imageOf: (choice) => {
        const count = choice[0] ?? 0;
        const written = known.get(count) ?? this.#writtenBy(open.slice(0, count));
        known.set(count, written);
        return {
          root: this.#journal.root,
          eachEntry: (directory, look) => {
            for (const [name, node] of written.entries.get(directory) ?? this.#durable.get(directory) ?? [])
              look(name, node);
          },
          contentOf: (file) => {
            const place = places.get(file);
            if (place !== undefined) return this.#openFiles.get(file)?.options[choice[place] ?? 0] ?? EMPTY;
            return written.contents.get(file) ?? this.#contents.get(file) ?? file.content;
          },
        };
      },
    };
  }

  /** What is on the platter once these events have been written out, too. */
  #writtenBy(events: readonly DiskEvent[]): Written {
    const entries = new Map<DirectoryNode, Map<string, DiskNode>>();
    const contents = new Map<FileNode, Content>();
    for (const event of events) {
      if (event.kind === 'entries')
        for (const { directory } of event.changes)
          if (!entries.has(directory)) entries.set(directory, new Map(this.#durable.get(directory)));
      applyTo(event, entries, contents);
    }
    return { entries, contents };
  }

  #writeOut(): void {
    for (const event of this.#open) applyTo(event, this.#durable, this.#contents);
    this.#open = [];
  }

  #hearContent(file: FileNode, content: Content, event: DiskEvent & { readonly kind: 'content' }): void {
    if (this.#isDataOrdered) this.#open.push(event);
    else {
      this.#contents.set(file, content);
      this.#openFiles.set(file, { file, path: event.path, options: content.remains() });
    }
  }
}

function applyTo(
  event: DiskEvent,
  directories: Map<DirectoryNode, Map<string, DiskNode>>,
  contents: Map<FileNode, Content>,
): void {
  if (event.kind === 'content') contents.set(event.file, event.content);
  if (event.kind !== 'entries') return;
  for (const { directory, name, node } of event.changes) {
    const entries = directories.get(directory) ?? new Map<string, DiskNode>();
    directories.set(directory, entries);
    if (node === undefined) entries.delete(name);
    else entries.set(name, node);
  }
}
