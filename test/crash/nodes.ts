/** Files and directories of a disk in memory, as every program on the machine sees them. */
import { type Content, EMPTY } from './content.js';
import { type Hash, hashText, mix, SEEDS } from './hashing.js';
import { isUnreadDirectory, isUnreadFile } from './unread.js';

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

/** What a disk holds at one time, without a copy of it: most disks are only told apart from those seen before. */
export interface Image {
  readonly root: DirectoryNode;
  eachEntry(directory: DirectoryNode, look: (name: string, node: DiskNode) => void): void;
  contentOf(file: FileNode): Content;
}

/** The disk below `root` as it is now. */
export function presentImage(root: DirectoryNode): Image {
  return {
    root,
    eachEntry: (directory, look) => {
      for (const [name, node] of directory.entries) look(name, node);
    },
    contentOf: (file) => file.content,
  };
}

/** A disk of its own with what an image holds. A file with two names has two names there. */
export function copyOf(image: Image): DirectoryNode {
  const files = new Map<FileNode, FileNode>();
  const copyFile = (file: FileNode): FileNode => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const copy = new FileNode();
    copy.content = image.contentOf(file);
    copy.modifiedMs = file.modifiedMs;
    files.set(file, copy);
    return copy;
  };
  const copyDirectory = (directory: DirectoryNode): DirectoryNode => {
    const copy = new DirectoryNode();
    copy.modifiedMs = directory.modifiedMs;
    image.eachEntry(directory, (name, node) => {
      copy.entries.set(name, node.kind === 'file' ? copyFile(node) : copyDirectory(node));
    });
    return copy;
  };
  return copyDirectory(image.root);
}

let low = 0;
let high = 0;

/** The hash of all names and bytes of an image. */
export function hashOf(image: Image): Hash {
  low = SEEDS.low;
  high = SEEDS.high;
  addEntries(image, image.root, SEEDS.low, SEEDS.high, everyFile);
  return { low, high };
}

/** The hash of all names of an image, and of those bytes that somebody reads. */
export function hashOfRead(image: Image): Hash {
  low = SEEDS.low;
  high = SEEDS.high;
  addEntries(image, image.root, SEEDS.low, SEEDS.high, readFile);
  return { low, high };
}

type Counted = (name: string) => boolean;
const everyFile: Counted = () => true;
const readFile: Counted = (name) => !isUnreadFile(name);
const noFile: Counted = () => false;

/** A sum over all entries, each stirred with its place, so that the order in a directory does not count. */
function addEntries(
  image: Image,
  directory: DirectoryNode,
  parentLow: number,
  parentHigh: number,
  isCounted: Counted,
): void {
  image.eachEntry(directory, (name, node) => {
    const text = hashText(name);
    const placeLow = mix(parentLow, text.low);
    const placeHigh = mix(parentHigh, text.high);
    const bytes = node.kind === 'file' && isCounted(name) ? image.contentOf(node).hash : NO_BYTES;
    low = (low + mix(placeLow, bytes.low)) | 0;
    high = (high + mix(placeHigh, bytes.high)) | 0;
    if (node.kind === 'file') return;
    const isCountedBelow = isCounted === readFile && isUnreadDirectory(name) ? noFile : isCounted;
    addEntries(image, node, placeLow, placeHigh, isCountedBelow);
  });
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
