/** What a file system calls itself, by the magic numbers of statfs(2) in linux/magic.h and the kernels' own headers. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
  [0x5346414f, 'afs'],
  [0x0bd00bd0, 'lustre'],
  [0x47504653, 'gpfs'],
  [0x01161970, 'gfs2'],
  [0x7461636f, 'ocfs2'],
  [0x786f4256, 'vboxsf'],
  [0xbacbacbc, 'vmhgfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x4d44, 'vfat'],
  [0x2011bab0, 'exfat'],
  [0x5346544e, 'ntfs'],
  [0xca451a4e, 'bcachefs'],
  [0x1a, 'apfs'],
  [0x11, 'hfs'],
]);

/** A path like `\\host\share`, of which Windows tells no file system. */
export const NETWORK_SHARE = 'network share';

/** Whose files other machines, or the host of this one, may change: locks and watching are weaker there than on a disk. */
const NETWORK_TYPES: ReadonlySet<string> = new Set([
  NETWORK_SHARE,
  ...['nfs', 'smb', 'cifs', 'smb2', 'fuse', '9p', 'ceph', 'afs', 'lustre', 'gpfs', 'gfs2', 'ocfs2'],
  ...['vboxsf', 'vmhgfs'],
]);

/** The name that belongs to `f_type`; `unknown` if it is not in the table. */
export function fileSystemTypeName(magic: number): string {
  return TYPES.get(magic) ?? 'unknown';
}

/** True where files may lie on another machine; FUSE does not say, so it counts. */
export function isNetworkType(type: string): boolean {
  return NETWORK_TYPES.has(type);
}
