import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Note, processEnvironment, SnapshotStore, type VerifyResult } from '../../dist/store/index.js';
import { dyingProcess } from './dying-process.js';
import { pauseAt } from './paused-storage.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

/** A store of three generations; generation 1 is retired, and generation 2 needs its file `old`. */
function withHistory(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.store.update((draft) => {
      draft.write('old', bytesOf('old'));
      draft.write('a', bytesOf('1'));
    });
    for (const text of ['2', '3']) await folder.store.update(writing('a', text));
    await folder.store.collect({ keepGenerations: 2, minimumAgeMs: 0 });
    await body(folder);
  });
}

function put(folder: StoreFolder, ...names: readonly string[]): void {
  for (const name of names) {
    fs.mkdirSync(path.dirname(folder.path(name)), { recursive: true });
    fs.writeFileSync(folder.path(name), 'x');
  }
}

async function notesOf(folder: StoreFolder): Promise<readonly [Note['code'], string][]> {
  const { ok, problems, notes }: VerifyResult = await folder.store.verify();
  expect([ok, problems]).toEqual([true, []]);
  return notes
    .map(({ code, path: entry }): [Note['code'], string] => [code, entry])
    .sort((a, b) => (a[1] < b[1] ? -1 : 1));
}

async function problemsOf(folder: StoreFolder): Promise<readonly string[]> {
  folder.isDamaged = true;
  return (await folder.store.verify()).problems.map(({ code, message }) => `${code} ${message}`);
}

test('a store in use has nothing to note', () =>
  withHistory(async (folder) => {
    await using held = await folder.store.openGeneration(2);
    await folder.store.tag('v1', 2);
    const lease = await folder.store.tryLease('work');
    expect([held.generation, await notesOf(folder)]).toEqual([2, []]);
    await lease?.release();
  }));

test('what nobody of ours made is a stray, and no problem', () =>
  withHistory(async (folder) => {
    const strays = ['generations/0000000002/dir/mine', 'generations/0000000001/mine', 'generations/.DS_Store', 'notes'];
    put(folder, ...strays, 'generations/00000000042/deep/file', 'pins/mine', 'instances/dir/file');
    expect(await notesOf(folder)).toEqual([
      ['STRAY', 'generations/.DS_Store'],
      ['STRAY', 'generations/0000000001/mine'],
      ['STRAY', 'generations/0000000002/dir/mine'],
      ['STRAY', 'generations/00000000042'],
      ['STRAY', 'instances/dir'],
      ['STRAY', 'notes'],
      ['STRAY', 'pins/mine'],
    ]);
  }));

test('what a crash left is told apart, with whose it was, until it is cleared away', () =>
  withHistory(async (folder) => {
    const { environment } = dyingProcess(Number.POSITIVE_INFINITY);
    const dead = await SnapshotStore.open(folder.directory, {
      environment,
      client: 'gone',
      collectAutomatically: false,
    });
    const { instance } = dead.describe();
    await dead.openGeneration(2);
    fs.mkdirSync(folder.path('drafts', `${instance}-99`));
    put(folder, 'trash/0000000001-0123456789abcdef', 'CURRENT.123', 'tags/~v1-unfinished');
    const { notes } = await folder.store.verify();
    expect(notes.every(({ code }) => code === 'LEFTOVER')).toBe(true);
    expect(notes.map(({ path: entry }) => entry.replace(instance, 'ID')).sort()).toEqual([
      'CURRENT.123',
      'drafts/ID-99',
      'instances/ID',
      expect.stringMatching(/^pins\/0000000002-ID-\d+$/),
      'tags/~v1-unfinished',
      'trash/0000000001-0123456789abcdef',
    ]);
    expect(notes.find(({ path: entry }) => entry.startsWith('drafts'))?.message).toContain('(gone), which is dead');
    await folder.store.collect();
    expect((await notesOf(folder)).map(([, entry]) => entry)).toEqual(['CURRENT.123', 'tags/~v1-unfinished']);
    await dead.close();
  }));

test('a retired generation that a crash kept from being swept is a leftover', () =>
  withHistory(async (folder) => {
    await folder.storage().retire(2);
    expect(await notesOf(folder)).toEqual([['LEFTOVER', 'generations/0000000002']]);
    await folder.store.collect(ONLY_THE_HEAD);
    expect(await notesOf(folder)).toEqual([]);
  }));

test('a retired generation that a tag keeps is checked too', () =>
  withHistory(async (folder) => {
    await folder.store.tag('v1', 2);
    await folder.storage().retire(2);
    expect(await notesOf(folder)).toEqual([]);
    await using kept = await folder.store.openGeneration(2);
    expect(await textOf(kept, 'a')).toBe('2');
    folder.flipByte('generations/0000000002/a', 0);
    expect(await problemsOf(folder)).toEqual(['GENERATION_DAMAGED generation 2: file "a" does not match its checksum']);
  }));

test('a file that a manifest names and that is gone is named with its owner', () =>
  withHistory(async (folder) => {
    folder.removeFile('generations/0000000001/old');
    expect(await problemsOf(folder)).toEqual([
      'GENERATION_DAMAGED generation 3: file "old" is missing (generation 1 wrote it)',
      'GENERATION_DAMAGED generation 2: file "old" is missing (generation 1 wrote it)',
    ]);
  }));

test.each([
  ['generations/9999999999/x', 'GENERATION_DAMAGED generation 9999999999: its manifest is missing'],
  ['commit.lock/junk/x', 'STORE_DAMAGED commit.lock/junk: it is no holder of the lock'],
  ['store.lock/notes.txt', 'STORE_DAMAGED store.lock/notes.txt: it is no holder of the lock'],
  ['tags/bad', 'STORE_DAMAGED tag bad: its record is damaged'],
])('%s is a problem', (entry, problem) =>
  withHistory(async (folder) => {
    put(folder, entry);
    expect(await problemsOf(folder)).toContain(problem);
  }),
);

test.each(['trash', 'pins', 'tags', 'drafts', 'instances', 'commit.lock', 'store.lock', 'damaged'])(
  'a file in the place of %s is a problem',
  (name) =>
    withHistory(async (folder) => {
      fs.rmSync(folder.path(name), { recursive: true, force: true });
      put(folder, name);
      expect(await problemsOf(folder)).toContain(`STORE_DAMAGED ${name}: expected a directory`);
      fs.rmSync(folder.path(name));
    }),
);

test('CURRENT that names what is not there is a problem, in an empty store too', () =>
  withStore(async (folder) => {
    fs.writeFileSync(folder.path('CURRENT'), '0000000007\n');
    expect(await problemsOf(folder)).toEqual(['CURRENT_DAMAGED CURRENT: names generation 7, the newest is 0']);
    await folder.store.update(writing('a', '1'));
    fs.writeFileSync(folder.path('CURRENT'), '0000000007\n');
    expect(await problemsOf(folder)).toEqual(['CURRENT_DAMAGED CURRENT: names generation 7, the newest is 1']);
  }));

test('CURRENT that lags is no problem, though what it names is gone: a writer was killed before it raised it', () =>
  withStore(async (folder) => {
    for (const text of ['1', '2', '3']) await folder.store.update(writing('a', text));
    await folder.store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
    fs.writeFileSync(folder.path('CURRENT'), '0000000002\n');
    expect(await problemsOf(folder)).toEqual([]);
    await folder.store.update(writing('a', '4'));
    expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000004\n');
  }));

test('what was work under way by the first look is not told', () =>
  withHistory(async (folder) => {
    const storage = folder.storage();
    let looks = 0;
    const { listEntries } = storage.upkeep;
    storage.upkeep.listEntries = async () => {
      looks += 1;
      const entries = await Reflect.apply(listEntries, storage.upkeep, []);
      return looks === 1
        ? [...entries, { path: 'drafts/0123456789abcdef-1', kind: 'directory', sizeBytes: 0 }]
        : entries;
    };
    const store = await folder.openOn(storage, { readOnly: true, environment: processEnvironment });
    expect(await store.verify()).toMatchObject({ ok: true, notes: [] });
    expect(looks).toBe(2);
  }));

test('a generation that is untagged and collected during the check is no problem', () =>
  withHistory(async (folder) => {
    await folder.store.tag('short', 2);
    const sleeper = pauseAt(folder.storage(), { method: 'listGenerations', when: 'before' });
    const checking = (await folder.openOn(sleeper.storage, { collectAutomatically: false })).verify();
    await sleeper.asleep;
    await folder.store.untag('short');
    await folder.store.collect(ONLY_THE_HEAD);
    sleeper.wake();
    expect((await checking).problems).toEqual([]);
  }));
