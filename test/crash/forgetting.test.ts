import { describe, expect, test } from 'vitest';
import { mountDisk } from './forgetful-file-system.js';
import { Journal } from './journal.js';
import type { Moment } from './moment.js';
import { copyOf, DirectoryNode, hashOf, listing } from './nodes.js';
import { forgettingOf, type Profile } from './profiles.js';

type Disk = ReturnType<typeof mountDisk>;

/** What a disk with a directory `/d` may show after a crash behind `action`. */
async function remains(profile: Profile, action: (disk: Disk) => Promise<void> | void): Promise<readonly string[]> {
  const root = new DirectoryNode();
  mountDisk(root, { name: 'before', now: () => 0 }).makeDirectory('/d');
  const journal = new Journal(root);
  await action(mountDisk(root, { name: 'now', now: () => 0, journal }));
  const forgetting = forgettingOf(profile, journal);
  for (const index of journal.events.keys()) forgetting.hear(index);
  const moment = forgetting.moment();
  const disks = everyChoice(moment).map((choice) => moment.imageOf(choice));
  const different = new Map(disks.map((disk) => [JSON.stringify(hashOf(disk)), listing(copyOf(disk)).join(' ')]));
  return [...different.values()].sort();
}

function everyChoice({ points }: Moment): readonly (readonly number[])[] {
  return points.reduce<readonly (readonly number[])[]>(
    (choices, { size }) =>
      choices.flatMap((choice) => Array.from({ length: size }, (_, option) => [...choice, option])),
    [[]],
  );
}

const text = Buffer.from('ab');

describe('the weakest disk', () => {
  test('keeps or loses either half of a rename', async () => {
    const disks = await remains('weakest', async (disk) => {
      disk.createFile('/d/old', new Uint8Array());
      await disk.syncDirectory('/d');
      disk.rename('/d/old', '/d/new');
    });
    const [both, one, other] = ['d/ d/new  0 bytes d/old  0 bytes', 'd/ d/new  0 bytes', 'd/ d/old  0 bytes'];
    expect(disks).toEqual([both, one, other, 'd/'].sort());
  });

  test('keeps the bytes of a synced file and forgets its name', async () => {
    const disks = await remains('weakest', (disk) => disk.writeFile('/d/file', text, { sync: true }));
    expect(disks).toEqual(['d/', 'd/ d/file  2 bytes']);
  });

  test('keeps a synced name and forgets any part of the bytes', async () => {
    const disks = await remains('weakest', async (disk) => {
      disk.createFile('/d/file', text);
      await disk.syncDirectory('/d');
    });
    const contents = [
      '0 bytes',
      'the first 1 of 2 bytes',
      '2 zeros',
      '2 bytes, the last block as the disk held it before',
    ];
    expect(disks).toEqual([...contents, '2 bytes'].map((content) => `d/ d/file  ${content}`).sort());
  });

  test('gives a directory two names never', async () => {
    const disks = await remains('weakest', async (disk) => {
      disk.makeDirectory('/d/old');
      await disk.syncDirectory('/d');
      disk.rename('/d/old', '/d/new');
    });
    expect(disks).toEqual(['d/', 'd/ d/new/', 'd/ d/old/']);
  });
});

describe('an ordered disk', () => {
  test('keeps what came first, with its bytes', async () => {
    const disks = await remains('ordered', (disk) => {
      disk.createFile('/d/a', text);
      disk.makeDirectory('/d/b');
    });
    const afterEach = ['d/', 'd/ d/a  0 bytes', 'd/ d/a  2 bytes', 'd/ d/a  2 bytes d/b/'];
    expect(disks).toEqual(afterEach);
  });

  test('keeps all that came before any sync', async () => {
    const disks = await remains('ordered', async (disk) => {
      disk.makeDirectory('/d/a');
      await disk.writeFile('/d/b', text, { sync: true });
    });
    expect(disks).toEqual(['d/ d/a/ d/b  2 bytes']);
  });
});

test('a disk that renames before it writes keeps names in order, and any part of the bytes', async () => {
  const disks = await remains('rename-before-data', (disk) => {
    disk.createFile('/d/old', text);
    disk.rename('/d/old', '/d/new');
  });
  expect(disks).toContain('d/ d/new  0 bytes');
  expect(disks).toContain('d/ d/new  2 bytes');
  expect(disks.some((disk) => disk.includes('d/new') && disk.includes('d/old'))).toBe(false);
});

test('a rename onto a directory that holds something fails, as it does on a disk', () => {
  const disk = mountDisk(new DirectoryNode(), { name: 'now', now: () => 0 });
  for (const path of ['/full', '/full/in it', '/other']) disk.makeDirectory(path);
  expect(() => disk.rename('/other', '/full')).toThrow('ENOTEMPTY');
});
