/** What was asked of a disk, in order: what a crash may leave of it follows from this and a profile. */
import type { Content } from './content.js';
import type { DirectoryNode, DiskNode, FileNode } from './nodes.js';

/** One directory entry that became another one; `node` is `undefined` where there is none any more. */
export interface EntryChange {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: DiskNode | undefined;
  /** The path, for people. */
  readonly path: string;
}

/** One step of a call. A rename changes two entries in one step. */
export type DiskEvent =
  | { readonly kind: 'entries'; readonly changes: readonly EntryChange[] }
  | { readonly kind: 'content'; readonly file: FileNode; readonly content: Content; readonly path: string }
  | { readonly kind: 'sync file'; readonly file: FileNode; readonly path: string }
  | { readonly kind: 'sync directory'; readonly directory: DirectoryNode; readonly path: string };

/** All directories of a tree with their entries at one time. */
export type Entries = ReadonlyMap<DirectoryNode, ReadonlyMap<string, DiskNode>>;

/** Takes down what happens on a disk whose present state is on the platter. */
export class Journal {
  readonly root: DirectoryNode;
  /** What was there at the beginning. */
  readonly initial: Entries;
  readonly events: DiskEvent[] = [];
  #isEnded = false;
  readonly #old: ReadonlySet<DiskNode>;

  constructor(root: DirectoryNode) {
    this.root = root;
    const initial = new Map<DirectoryNode, ReadonlyMap<string, DiskNode>>();
    copyEntries(root, initial);
    this.initial = initial;
    this.#old = new Set([...initial.values()].flatMap((entries) => [...entries.values()]));
  }

  /** Takes an event down, unless the journal has ended. */
  note(event: DiskEvent): void {
    if (!this.#isEnded) this.events.push(event);
  }

  /** What happens from now on is no part of it. */
  end(): void {
    this.#isEnded = true;
  }

  /** Whether it was there when the journal began. */
  isOld(node: DiskNode): boolean {
    return this.#old.has(node);
  }
}

/** The files that an event names and that were made since the journal began. */
export function newFilesIn(event: DiskEvent & { readonly kind: 'entries' }, journal: Journal): readonly FileNode[] {
  return event.changes.flatMap(({ node }) => (node?.kind === 'file' && !journal.isOld(node) ? [node] : []));
}

function copyEntries(directory: DirectoryNode, copies: Map<DirectoryNode, ReadonlyMap<string, DiskNode>>): void {
  copies.set(directory, new Map(directory.entries));
  for (const node of directory.entries.values()) if (node.kind === 'directory') copyEntries(node, copies);
}

/** One line about an event, for people. */
export function describeEvent(event: DiskEvent): string {
  if (event.kind === 'content') return `write ${event.path}: ${event.content.what}`;
  if (event.kind !== 'entries') return `${event.kind} ${event.path}`;
  return event.changes
    .map(({ node, path }) =>
      node === undefined ? `remove ${path}` : `${node.kind === 'file' ? 'name' : 'directory'} ${path}`,
    )
    .join(', ');
}
