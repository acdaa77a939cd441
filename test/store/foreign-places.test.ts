import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, makeTemporaryFolder, textOf } from './with-store.js';

const LONG_AGO = new Date('2020-01-01');
/** Of the form of those that a store makes. */
const ID = '0123456789abcdef';

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

describe('what somebody keeps in a store', () => {
  test.each([
    'drafts/post-1/text.md',
    'drafts/.DS_Store',
    'trash/0000000001-photo/img.jpg',
    'trash/notes.txt',
    'instances/readme',
    'pins/photo-1',
    'CURRENT.old',
  ])('%s is told of and stays', async (name) => {
    const directory = await storeWithHistory();
    const [top = '', entry = ''] = name.split('/');
    const stray = path.join(directory, top, entry);
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), 'mine');
    for (const place of [path.join(directory, name), stray]) fs.utimesSync(place, LONG_AGO, LONG_AGO);
    await workOn(directory);
    await workOn(directory);
    expect(fs.readFileSync(path.join(directory, name), 'utf8')).toBe('mine');
    await using store = await SnapshotStore.open(directory, { readOnly: true });
    const told = path.relative(directory, stray).replaceAll(path.sep, '/');
    expect(await store.verify()).toMatchObject({ problems: [], notes: [{ code: 'STRAY', path: told }] });
  });
});

describe('a directory that is no store', () => {
  test.each([
    'notes.txt',
    'yarn.lock',
    'commit.lock',
    'package.lock/x',
    '.lock/x',
    'CURRENT.old',
    'CURRENT',
    'CURRENT/x',
    '.gitignore/x',
    '.DS_Store/x',
    'damaged/foo',
    'drafts/post/index.md',
    'drafts/post-1/text.md',
    'drafts/2024-01/text.md',
    `drafts/${ID}/text.md`,
    `drafts/${ID}-1`,
    'trash/keep.txt',
    'trash/0000000001-photo/img.jpg',
    'instances/readme',
    `instances/${ID}/x`,
    'pins/0000000001-abc-1',
    `pins/0000000001-${ID}-1`,
    'tags/holidays',
    'tags/~/x',
  ])('but holds %s does not become one, and is not destroyed', async (name) => {
    const directory = makeTemporaryFolder();
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), 'mine');
    const before = contentOf(directory);
    await expect(SnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(SnapshotStore.destroy(directory)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(contentOf(directory)).toEqual(before);
  });

  test.each([
    [`drafts/${ID}-1/anything`, 'mine'],
    [`drafts/${ID}-2/${ID}-2`, '{}'],
    [`drafts/${ID}`, 'second copy'],
    [`trash/0000000001-${ID}/retired.json`, ''],
    [`trash/${ID}-1-${ID}/file`, 'of a buried draft'],
    [`trash/${ID}-${ID}`, 'a buried copy'],
    [`instances/${ID}`, ''],
    [`instances/~${ID}`, '{'],
    [`instances/~${ID}-${ID}`, '{'],
    [`pins/0000000001-${ID}-1`, ''],
    ['tags/v1', '{"generation":1,"createdAt":"2026-01-02T03:04:05.000Z"}\n'],
    [`tags/~v1-${ID}`, '{'],
    ['tags/~v1', ''],
    [`damaged/tags-v1-${ID}`, '{'],
    [`work.lock/${ID}-1`, ''],
    [`store.lock/${ID}-0`, '\0\0'],
    ['CURRENT', '00000'],
    ['CURRENT.2837465', '\0\0\0'],
    ['.gitignore', '*\n!.gitignore\n'],
    ['.gitkeep', ''],
    ['drafts/.DS_Store', ''],
    [`.snapdex-survey-${ID}-0/file`, 'survey'],
  ])('but holds %s, as a store leaves it, becomes one', async (name, content) => {
    const directory = makeTemporaryFolder();
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), content);
    await using store = await SnapshotStore.open(directory);
    await store.update((draft) => draft.write('a', bytesOf('1')));
    expect((await store.verify()).problems).toEqual([]);
  });

  test.each([
    ['!.gitignore\n', 'keep git from tracking it'],
    ['*.log\n', 'keep git from tracking it'],
    ['# nothing but this file\n*\n!.gitignore\n', undefined],
    ['/**\r\n', undefined],
  ])('with a .gitignore that says %j is told whether git would track it', async (content, warning) => {
    const directory = makeTemporaryFolder();
    fs.writeFileSync(path.join(directory, '.gitignore'), content);
    const warnings: string[] = [];
    await using store = await SnapshotStore.open(directory, { onWarning: (text) => warnings.push(text) });
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)]);
    expect(store.describe().traits.warnings).toEqual(warnings);
    expect(fs.readFileSync(path.join(directory, '.gitignore'), 'utf8')).toBe(content);
  });

  test('becomes one if it is empty, or if only its generations were removed', async () => {
    const directory = await storeWithHistory();
    fs.rmSync(path.join(directory, 'generations'), { recursive: true });
    fs.writeFileSync(path.join(directory, '.DS_Store'), '');
    await using store = await SnapshotStore.open(directory);
    await store.update((draft) => draft.write('a', bytesOf('anew')));
    expect(await textOf(await store.snapshot(), 'a')).toBe('anew');
  });
});

test('what a killed survey has left in a store is cleared away after an hour', async () => {
  const directory = await storeWithHistory();
  const [left, own] = ['.snapdex-survey-0123456789abcdef-0', '.snapdex-survey-mine'];
  for (const name of [left, own]) {
    fs.mkdirSync(path.join(directory, name, 'inside'), { recursive: true });
    await workOn(directory);
    expect(fs.readdirSync(directory)).toContain(name);
    fs.utimesSync(path.join(directory, name), LONG_AGO, LONG_AGO);
  }
  await workOn(directory);
  expect(fs.readdirSync(directory)).not.toContain(left);
  expect(fs.readdirSync(directory)).toContain(own);
});

describe('inside a store', () => {
  test.each(['generations/0000000001/doc', 'tags', 'pins', 'trash/deep/er', 'nightly.lock', 'settings'])(
    '%s is no place for another one, and nothing is made there',
    async (name) => {
      const directory = await storeWithHistory();
      fs.rmSync(path.join(directory, 'tags'), { recursive: true });
      const before = contentOf(directory);
      const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining(`inside the store ${directory}`) };
      await expect(SnapshotStore.open(path.join(directory, name))).rejects.toMatchObject(refusal);
      expect(contentOf(directory)).toEqual(before);
      await workOn(directory);
    },
  );

  test.skipIf(process.platform === 'win32')('behind a link, or in a new one, is none either', async () => {
    const [directory, link] = [path.join(makeTemporaryFolder(), 'new'), path.join(makeTemporaryFolder(), 'link')];
    await (await SnapshotStore.open(directory)).close();
    fs.symlinkSync(directory, link);
    await expect(SnapshotStore.open(path.join(link, 'settings'))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(fs.existsSync(path.join(directory, 'settings'))).toBe(false);
  });

  test('a store that is there already stays open to all', async () => {
    const [directory, elsewhere] = [await storeWithHistory(), await storeWithHistory()];
    fs.renameSync(elsewhere, path.join(directory, 'settings'));
    await workOn(path.join(directory, 'settings'));
  });

  test('is not where a folder is only called as if it were one', async () => {
    const folder = makeTemporaryFolder();
    for (const name of ['generations', 'trash', 'tags']) fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, 'CURRENT'), 'events of the day');
    await (await SnapshotStore.open(path.join(folder, 'store'))).close();
  });
});

describe.skipIf(process.platform === 'win32')('in the place of a store', () => {
  test.each<readonly [string, string, (place: string) => void]>([
    ['a link to nothing', 'a link to something that is not there', (place) => fs.symlinkSync('/nowhere', place)],
    ['a link to itself', 'a link that leads back to itself', (place) => fs.symlinkSync(place, place)],
    ['a pipe', 'a pipe, a socket or a device', (place) => execFileSync('mkfifo', [place])],
    ['a link to a device', 'link to something that is no directory', (place) => fs.symlinkSync('/dev/null', place)],
  ])('%s is told, whoever asks for the store or for one below it', async (_, found, make) => {
    const place = path.join(makeTemporaryFolder(), 'place');
    make(place);
    const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining(found) };
    for (const directory of [place, path.join(place, 'below')]) {
      await expect(SnapshotStore.open(directory)).rejects.toMatchObject(refusal);
      await expect(SnapshotStore.open(directory, { readOnly: true })).rejects.toMatchObject(refusal);
      await expect(SnapshotStore.repair(directory)).rejects.toMatchObject(refusal);
      await expect(SnapshotStore.destroy(directory)).rejects.toMatchObject(refusal);
    }
  });

  test('a link to a directory is as good as the directory', async () => {
    const place = path.join(makeTemporaryFolder(), 'place');
    fs.symlinkSync(makeTemporaryFolder(), place);
    await using store = await SnapshotStore.open(place);
    expect((await store.snapshot()).generation).toBe(0);
  });
});
