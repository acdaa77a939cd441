/** Files and directories of a disk in memory, as every program on the machine sees them. */
import { type Content, EMPTY } from './content.js';
import { type Hash, hashText, mix, mixHash, SEEDS } from './hashing.js';

/** A file, whatever its names. */
export class FileNode {
  readonly kind = 'file';
  content: Content = EMPTY;
  modifiedMs = 0;
}

/** A directory. */
export class DirectoryNode {
  readonly kind = 'directory';
  readonly entries = new Map<string, DiskNode>();
  modifiedMs = 0;
}

export type DiskNode = FileNode | DirectoryNode;

let low = 0;
let high = 0;

/**
 * The hash of all names and bytes below a directory.
 * @param isUnread names of files whose bytes do not count
 */
export function hashOf(root: DirectoryNode, isUnread: (name: string) => boolean = () => false): Hash {
  low = SEEDS.low;
  high = SEEDS.high;
  addEntries(root, { low, high }, isUnread);
  return { low, high };
}

/** A sum over all entries, each stirred with its place, so that the order in a directory does not count. */
function addEntries(directory: DirectoryNode, parent: Hash, isUnread: (name: string) => boolean): void {
  for (const [name, node] of directory.entries) {
    const place = mixHash(parent, hashText(name));
    const bytes = node.kind === 'directory' || isUnread(name) ? NO_BYTES : node.content.hash;
    low = (low + mix(place.low, bytes.low)) | 0;
    high = (high + mix(place.high, bytes.high)) | 0;
    if (node.kind === 'directory') addEntries(node, place, isUnread);
  }
}

const NO_BYTES: Hash = { low: 1, high: 2 };

/** Every path below a directory, with what is there, for people. */
export function listing(root: DirectoryNode, below = ''): readonly string[] {
  return [...root.entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, node]) =>
      node.kind === 'file'
        ? [`${below}${name}  ${node.content.what}`]
        : [`${below}${name}/`, ...listing(node, `${below}${name}/`)],
    );
}
