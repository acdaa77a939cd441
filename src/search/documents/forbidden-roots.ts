import { posix, win32 } from 'node:path';

/** What decides whether a folder may be a project root, besides its path. */
export interface RootPolicy {
  /** Real absolute path of the user's home directory. */
  readonly homeDirectory: string;
  /** Real absolute path of the folder for temporary files; it is no root itself, folders in it are. */
  readonly temporaryDirectory: string;
  readonly platform: NodeJS.Platform;
}

const SYSTEM_TREES = [
  '/etc',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/boot',
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/var',
  '/System',
  '/Library',
  '/Applications',
];

// People keep projects in these although they lie in a system tree: temporary files, web sites, homes of some
// distributions, sources (`/usr/src/app` is the usual folder of a container), removable disks, shared memory.
const PROJECT_TREES = [
  '/var/folders',
  '/var/tmp',
  '/var/www',
  '/var/home',
  '/usr/src',
  '/usr/local/src',
  '/usr/home',
  '/run/media',
  '/run/user',
  '/dev/shm',
];

// They only hold other people's or other projects' folders.
const SHARED_PARENTS = ['/home', '/Users', '/opt', '/tmp', '/media', '/Volumes'];

const WINDOWS_SYSTEM_TREE =
  /^[a-z]:\\(windows|program files|program files \(x86\)|programdata|\$recycle\.bin|system volume information|recovery)(\\|$)/i;
const WINDOWS_USERS = /^[a-z]:\\users$/i;

/**
 * What a folder is that must not be indexed: a file system root, the home directory or a folder above it, a system
 * directory, or a parent that only holds unrelated folders. Undefined if it may be a root. Projects inside the home
 * directory are always fine.
 *
 * @param realPath absolute, symlinks resolved
 */
export function describeForbiddenRoot(realPath: string, policy: RootPolicy): string | undefined {
  const isWindows = policy.platform === 'win32';
  const path = isWindows ? win32 : posix;
  const folder = isWindows ? realPath : withoutPrivate(realPath);
  const home = isWindows ? policy.homeDirectory : withoutPrivate(policy.homeDirectory);
  const temporary = isWindows ? policy.temporaryDirectory : withoutPrivate(policy.temporaryDirectory);

  if (path.parse(folder).root === folder) return isWindows ? 'the root of a drive' : 'the root of the file system';
  const same = (a: string, b: string): boolean => path.relative(a, b) === '';
  const isBelow = (below: string, above: string): boolean => {
    const relative = path.relative(above, below);
    return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  };

  if (same(folder, home)) return 'the home directory';
  if (isBelow(home, folder)) return 'a folder above the home directory';
  if (same(folder, temporary)) return 'the folder for temporary files';
  // Some containers give `/` as the home directory: then it says nothing about what lies in it.
  const isOwnTree = (tree: string): boolean => path.parse(tree).root !== tree && isBelow(folder, tree);
  if (isOwnTree(home) || isOwnTree(temporary)) return undefined;

  if (isWindows) {
    if (WINDOWS_SYSTEM_TREE.test(folder)) return 'a system directory';
    return WINDOWS_USERS.test(folder) ? 'the parent of all home directories' : undefined;
  }
  if (PROJECT_TREES.some((tree) => isBelow(folder, tree))) return undefined;
  if (SYSTEM_TREES.some((tree) => same(folder, tree) || isBelow(folder, tree))) return 'a system directory';
  return SHARED_PARENTS.includes(folder) ? 'a parent of unrelated folders' : undefined;
}

/** macOS keeps `/etc`, `/tmp` and `/var` in `/private`. */
function withoutPrivate(path: string): string {
  return path.startsWith('/private/') ? path.slice('/private'.length) : path;
}
