import { expect, test } from 'vitest';
import { fileSystemTypeName } from '../../dist/store/local/file-system-names.js';
import { placeWarnings } from '../../dist/store/local/place-warnings.js';

/** A place without anything odd. */
const PLAIN = {
  root: '/data/.snapdex',
  type: 'ext4',
  syncProgram: undefined,
  syncsDirectories: undefined,
  isIgnoredByGit: undefined,
};

test('a disk of this machine is not warned about', () => {
  for (const type of ['ext4', 'xfs', 'btrfs', 'tmpfs', 'apfs', 'unknown'])
    expect(placeWarnings({ ...PLAIN, type })).toEqual([]);
});

// The numbers are those of linux/magic.h: NFS_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, SMB_SUPER_MAGIC, …
test.for([
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x517b, 'smb'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
] as const)('the file system of number %i is %s, and warned about in one sentence', ([magic, type]) => {
  expect(fileSystemTypeName(magic)).toBe(type);
  expect(placeWarnings({ ...PLAIN, type })).toEqual([expect.stringContaining(`/data/.snapdex is on ${type}: `)]);
});

test('each thing that is odd about a place has its sentence', () => {
  const odd = { ...PLAIN, type: 'fuse', syncProgram: 'Syncthing', syncsDirectories: false, isIgnoredByGit: false };
  expect(placeWarnings(odd)).toEqual([
    expect.stringMatching(/folder that Syncthing copies/),
    expect.stringMatching(/on fuse: /),
    expect.stringMatching(/cannot sync directories/),
    expect.stringMatching(/\.gitignore .* git /),
  ]);
});
