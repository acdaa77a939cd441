import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, makeTemporaryFolder, textOf } from './with-store.js';

const LONG_AGO = new Date('2020-01-01');

/** A folder of somebody else's, with files that look abandoned. */
function homeFolder(): string {
  const home = makeTemporaryFolder();
  fs.mkdirSync(path.join(home, 'photos'));
  for (const name of ['tax.pdf', 'photos/p.jpg', '0000000001']) {
    fs.writeFileSync(path.join(home, name), 'mine');
    fs.utimesSync(path.join(home, name), LONG_AGO, LONG_AGO);
  }
  fs.utimesSync(path.join(home, 'photos'), LONG_AGO, LONG_AGO);
  return home;
}

const contentOf = (folder: string): readonly string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

async function storeWithHistory(): Promise<string> {
  const directory = path.join(makeTemporaryFolder(), 'store');
  await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
  for (const text of ['one', 'two', 'three']) await store.update((draft) => draft.write('a', bytesOf(text)));
  return directory;
}

async function workOn(directory: string): Promise<void> {
  await using store = await SnapshotStore.open(directory, { lockTimeoutMs: 500 });
  await store.update((draft) => draft.write('a', bytesOf('four')));
  await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
}

describe.skipIf(process.platform === 'win32')('a link in the place of', () => {
  test.each(['drafts', 'trash', 'pins', 'tags', 'instances', 'generations'])(
    '%s is refused, and nothing is touched where it leads',
    async (name) => {
      const [directory, home] = [await storeWithHistory(), homeFolder()];
      const before = contentOf(home);
      fs.rmSync(path.join(directory, name), { recursive: true });
      fs.symlinkSync(home, path.join(directory, name));
      await expect(workOn(directory)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      expect(contentOf(home)).toEqual(before);
    },
  );

  test('a directory that was empty is noticed in an open store before anything is deleted in it', async () => {
    const [directory, home] = [await storeWithHistory(), homeFolder()];
    const before = contentOf(home);
    await using store = await SnapshotStore.open(directory);
    fs.rmdirSync(path.join(directory, 'trash'));
    fs.symlinkSync(home, path.join(directory, 'trash'));
    await expect(store.collect({ keepGenerations: 1, minimumAgeMs: 0 })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
    });
    expect(contentOf(home)).toEqual(before);
  });

  test('the commit lock is not followed to remove a dead holder', async () => {
    const [directory, home] = [await storeWithHistory(), homeFolder()];
    const before = contentOf(home);
    fs.symlinkSync(home, path.join(directory, 'commit.lock'));
    await workOn(directory).catch(() => {});
    expect(contentOf(home)).toEqual(before);
  });

  test('a generation is not swept', async () => {
    const [directory, home] = [await storeWithHistory(), homeFolder()];
    const before = contentOf(home);
    fs.rmSync(path.join(directory, 'generations/0000000001'), { recursive: true });
    fs.symlinkSync(home, path.join(directory, 'generations/0000000001'));
    await workOn(directory).catch(() => {});
    expect(contentOf(home)).toEqual(before);
  });

  test('CURRENT is replaced, not written through', async () => {
    const [directory, home] = [await storeWithHistory(), homeFolder()];
    fs.rmSync(path.join(directory, 'CURRENT'));
    fs.symlinkSync(path.join(home, 'tax.pdf'), path.join(directory, 'CURRENT'));
    await workOn(directory);
    expect(fs.readFileSync(path.join(home, 'tax.pdf'), 'utf8')).toBe('mine');
    expect(fs.readFileSync(path.join(directory, 'CURRENT'), 'utf8')).toBe('0000000004\n');
  });

  test.each(['fifo', 'directory', 'link'])('a file: a %s counts as a file that is missing', async (kind) => {
    const directory = await storeWithHistory();
    const file = path.join(directory, 'generations/0000000003/a');
    fs.rmSync(file);
    if (kind === 'directory') fs.mkdirSync(file);
    else if (kind === 'link') fs.symlinkSync(directory, file);
    else execFileSync('mkfifo', [file]);
    await using store = await SnapshotStore.open(directory);
    const snapshot = await store.snapshot();
    await expect(snapshot.read('a')).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
  });
});

describe('a directory that somebody named like something unfinished', () => {
  test.each(['CURRENT.y', 'tags/~x', 'pins/~x', 'instances/~x'])(
    '%s does not keep collecting from its work',
    async (name) => {
      const directory = await storeWithHistory();
      const stray = path.join(directory, name);
      fs.mkdirSync(path.join(stray, 'inside'), { recursive: true });
      fs.utimesSync(stray, LONG_AGO, LONG_AGO);
      await workOn(directory);
      await workOn(directory);
      expect(fs.readdirSync(stray)).toEqual(['inside']);
      await using store = await SnapshotStore.open(directory, { readOnly: true });
      expect(await store.verify()).toMatchObject({ problems: [], notes: [{ code: 'STRAY', path: name }] });
    },
  );
});

describe('a directory that is no store', () => {
  test.each(['notes.txt', 'drafts/post/index.md', 'trash/keep.txt', 'instances/readme'])(
    'but holds %s does not become one',
    async (name) => {
      const directory = makeTemporaryFolder();
      fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      fs.writeFileSync(path.join(directory, name), 'mine');
      const before = contentOf(directory);
      await expect(SnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect(contentOf(directory)).toEqual(before);
    },
  );

  test('becomes one if it is empty, or if only its generations were removed', async () => {
    const directory = await storeWithHistory();
    fs.rmSync(path.join(directory, 'generations'), { recursive: true });
    fs.writeFileSync(path.join(directory, '.DS_Store'), '');
    await using store = await SnapshotStore.open(directory);
    await store.update((draft) => draft.write('a', bytesOf('anew')));
    expect(await textOf(await store.snapshot(), 'a')).toBe('anew');
  });
});
