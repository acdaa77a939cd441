import { describe, expect, test } from 'vitest';
import { mountDisk } from './forgetful-file-system.js';
import { DirectoryNode, hashOf, hashOfRead, presentImage } from './nodes.js';
import { withoutUnread } from './unread.js';

/** A disk with a store in it that holds one file. */
function diskWith(path: string, text: string): DirectoryNode {
  const root = new DirectoryNode();
  const disk = mountDisk(root, { name: 'now', now: () => 0 });
  const names = path.split('/').slice(1);
  for (let depth = 1; depth < names.length; depth++) disk.makeDirectory(`/${names.slice(0, depth).join('/')}`);
  disk.createFile(path, Buffer.from(text));
  return root;
}

describe.each([
  '/.snapdex/drafts/a-1/manifest.json',
  '/.snapdex/drafts/a-1/folder/b',
  '/.snapdex/trash/0000000001-x/a',
  '/.snapdex/instances/~a',
  '/.snapdex/CURRENT.a1-1',
  '/.snapdex/.gitignore',
])('the bytes of %s', (path) => {
  test('do not tell disks apart that are opened, only those that are counted', () => {
    const [one, other] = [presentImage(diskWith(path, 'one')), presentImage(diskWith(path, 'other'))];
    expect(hashOfRead(one)).toEqual(hashOfRead(other));
    expect(hashOf(one)).not.toEqual(hashOf(other));
  });

  test('are given to nobody', () => {
    const disk = withoutUnread(mountDisk(diskWith(path, 'one'), { name: 'now', now: () => 0 }));
    expect(() => disk.readFile(path)).toThrow('is read');
    expect(() => disk.openFile(path)).toThrow('is read');
    expect(disk.findStatus(path)?.sizeBytes).toBe(0);
  });
});

test.each([
  '/.snapdex/CURRENT',
  '/.snapdex/tags/v1',
  '/.snapdex/instances/a',
  '/.snapdex/commit.lock/a-1',
  '/.snapdex/generations/0000000001/a',
])('the bytes of %s tell disks apart, and are read', (path) => {
  const [one, other] = [diskWith(path, 'one'), diskWith(path, 'other')];
  expect(hashOfRead(presentImage(one))).not.toEqual(hashOfRead(presentImage(other)));
  const disk = withoutUnread(mountDisk(one, { name: 'now', now: () => 0 }));
  expect(Buffer.from(disk.readFile(path)).toString()).toBe('one');
  expect(disk.findStatus(path)?.sizeBytes).toBe(3);
});
