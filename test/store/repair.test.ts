import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoseStore, type RepairResult, SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import { contentsIn, missingFrom } from './preserved-content.js';
import { bytesOf, ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

const DURABLE: StoreOptions = { collectAutomatically: false };

/** A store of three generations that is closed: `a` says 1, 2 and 3, `kept` was written by the second. */
function withThree(body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    await folder.store.update(writing('a', '1'));
    await folder.store.update((draft) => {
      draft.write('a', bytesOf('2'));
      draft.write('kept', bytesOf('kept'));
    });
    await folder.store.update(writing('a', '3'));
    await folder.leave();
    await body(folder);
  });
}

/** Repairs, and checks what every repair promises: what it told beforehand, a sound store, and nothing more to do. */
async function repair(folder: StoreFolder, { isOrderTold = true } = {}): Promise<RepairResult> {
  const planned = await SnapshotStore.repair(folder.directory, { dryRun: true });
  const before = contentsIn(folder.directory);
  const done = await SnapshotStore.repair(folder.directory);
  const told = (result: RepairResult): readonly string[] => {
    const steps = result.steps.map(({ action, why }) => `${action}: ${why}`);
    return isOrderTold ? steps : steps.sort();
  };
  expect([told(done), done.generation]).toEqual([told(planned), planned.generation]);
  expect([done.ok, planned.ok, done.remaining]).toEqual([true, true, []]);
  expect(missingFrom(folder.directory, before)).toEqual([]);
  expect(await SnapshotStore.repair(folder.directory)).toMatchObject({ ok: true, steps: [] });
  folder.isDamaged = false;
  return done;
}

async function expectWorking(folder: StoreFolder, text: string): Promise<void> {
  const store = await folder.open({ ...DURABLE, client: 'test' });
  expect(await textOf(await store.snapshot(), 'a')).toBe(text);
  await store.update(writing('b', 'new'));
  await store.rollback(1);
  await store.collect(ONLY_THE_HEAD);
  await store.tag('after');
}

function setAside(folder: StoreFolder): readonly string[] {
  return folder.list('damaged').map((name) => name.replace(/-[0-9a-f]{16}$/, ''));
}

test('a sound store has nothing to repair', () =>
  withThree(async (folder) => {
    expect(await repair(folder)).toMatchObject({ generation: 3, steps: [] });
    expect(fs.existsSync(folder.path('damaged'))).toBe(false);
  }));

describe('a damaged head', () => {
  test.each(['junk', '0000000099\n'])('below a pointer that says %j gets a pointer that is told', (pointer) =>
    withThree(async (folder) => {
      folder.truncate('generations/0000000003/manifest.json', 0);
      fs.writeFileSync(folder.path('CURRENT'), pointer);
      const { steps } = await repair(folder);
      expect(steps.map(({ action }) => action)).toEqual(['recover', 'setAside', 'writeCurrent']);
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000004\n');
    }),
  );

  test.each([
    ['an empty manifest', (folder: StoreFolder) => folder.truncate('generations/0000000003/manifest.json', 0)],
    ['no manifest', (folder: StoreFolder) => folder.removeFile('generations/0000000003/manifest.json')],
    ['a flipped bit in a file', (folder: StoreFolder) => folder.flipByte('generations/0000000003/a', 0)],
    ['a missing file', (folder: StoreFolder) => folder.removeFile('generations/0000000003/a')],
  ])(
    'with %s is set aside below the newest complete generation, and its number is not given out again',
    (_what, damage) =>
      withThree(async (folder) => {
        damage(folder);
        const { steps, generation } = await repair(folder);
        expect(steps).toMatchObject([
          { action: 'recover', generation: 4, from: 2 },
          { action: 'setAside', generation: 3 },
        ]);
        expect([generation, folder.list('generations')]).toEqual([4, ['0000000001', '0000000002', '0000000004']]);
        expect(setAside(folder)).toEqual(['0000000003']);
        expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000004\n');
        await expectWorking(folder, '2');
      }),
  );

  test('with nothing that can be read below it gets an empty generation above it', () =>
    withThree(async (folder) => {
      for (const generation of [1, 2, 3]) folder.truncate(`generations/000000000${generation}/manifest.json`, 7);
      expect((await repair(folder)).steps[0]).toMatchObject({ action: 'recover', generation: 4, from: undefined });
      const store = await folder.open(DURABLE);
      expect((await store.snapshot()).files.size).toBe(0);
      expect(setAside(folder)).toEqual(['0000000001', '0000000002', '0000000003']);
    }));
});

describe('a damaged generation below the head', () => {
  test('no longer keeps everything older, and its own files are kept as evidence', () =>
    withThree(async (folder) => {
      folder.truncate('generations/0000000002/manifest.json', 20);
      expect((await repair(folder)).steps).toMatchObject([{ action: 'setAside', generation: 2 }]);
      const [place = ''] = folder.list('damaged');
      expect(folder.list(`damaged/${place}`)).toEqual(['a', 'manifest.json']);
      // The head needs it where it is.
      expect(folder.list('generations/0000000002')).toEqual(['kept', 'retired.json']);
      const store = await folder.open(DURABLE);
      expect(await store.collect(ONLY_THE_HEAD)).toMatchObject({ retired: [1], kept: [3] });
      expect(await textOf(await store.snapshot(), 'kept')).toBe('kept');
      expect(folder.list('generations')).toEqual(['0000000002', '0000000003']);
    }));

  test('that a tag keeps is left alone while it can be read', () =>
    withThree(async (folder) => {
      const store = await folder.open(DURABLE);
      await store.tag('precious', 2);
      await store.close();
      folder.flipByte('generations/0000000002/a', 0);
      const { ok, steps, remaining } = await SnapshotStore.repair(folder.directory);
      expect([ok, steps, remaining.length]).toEqual([false, [], 1]);
    }));

  test('that a tag keeps is set aside with its tag if nothing can be read of it', () =>
    withThree(async (folder) => {
      const store = await folder.open(DURABLE);
      await store.tag('precious', 1);
      await store.close();
      folder.truncate('generations/0000000001/manifest.json', 0);
      await repair(folder);
      expect(setAside(folder)).toEqual(['0000000001', 'tags-precious']);
    }));

  test('that is no directory is set aside', () =>
    withThree(async (folder) => {
      fs.rmSync(folder.path('generations/0000000001'), { recursive: true });
      fs.writeFileSync(folder.path('generations/0000000001'), 'notes');
      await repair(folder);
      expect(fs.readFileSync(folder.path('damaged', folder.list('damaged')[0] ?? ''), 'utf8')).toBe('notes');
    }));
});

test('a bad file that every generation shares empties nothing', () =>
  withThree(async (folder) => {
    for (const generation of [1, 2]) fs.rmSync(folder.path(`generations/000000000${generation}/manifest.json`));
    folder.flipByte('generations/0000000002/kept', 0);
    const { ok, steps, generation } = await SnapshotStore.repair(folder.directory);
    expect([ok, generation, steps.map((step) => step.action)]).toEqual([false, 3, ['setAside', 'setAside']]);
    const store = await folder.open(DURABLE);
    expect(await textOf(await store.snapshot(), 'a')).toBe('3');
  }));

describe('what stands in the way', () => {
  test.each(['9999999999', '9999999998', '5000000000'])(
    'generations/%s that nobody committed goes, and its number stays free',
    (name) =>
      withThree(async (folder) => {
        fs.mkdirSync(folder.path('generations', name));
        const { steps, generation } = await repair(folder);
        expect([generation, steps.map(({ action }) => action)]).toEqual([3, ['setAside']]);
        await expectWorking(folder, '3');
        expect(folder.list('generations').at(-1)).toBe('0000000005');
      }),
  );

  test('a number a little above the head may have been used, so the next one is above it', () =>
    withThree(async (folder) => {
      fs.mkdirSync(folder.path('generations', '0000000009'));
      expect((await repair(folder)).steps[0]).toMatchObject({ action: 'recover', generation: 10, from: 3 });
    }));

  test.each(['drafts', 'trash', 'pins', 'tags', 'instances'])('a file in the place of %s goes', (name) =>
    withThree(async (folder) => {
      fs.rmSync(folder.path(name), { recursive: true });
      fs.writeFileSync(folder.path(name), 'precious');
      expect((await repair(folder)).steps).toMatchObject([{ action: 'moveAside', path: name }]);
      expect(fs.readFileSync(folder.path('damaged', folder.list('damaged')[0] ?? ''), 'utf8')).toBe('precious');
      await expectWorking(folder, '3');
    }),
  );

  test.each([['manifest.json'], ['manifest.json', 'retired.json']])(
    'a full directory in the place of %s of a generation that others need goes as a whole',
    (...names) =>
      withThree(async (folder) => {
        fs.rmSync(folder.path('generations/0000000002/manifest.json'));
        for (const name of names) {
          fs.mkdirSync(folder.path('generations/0000000002', name, 'deep'), { recursive: true });
          fs.writeFileSync(folder.path('generations/0000000002', name, 'deep/file'), 'precious');
        }
        expect((await repair(folder)).steps).toMatchObject([{ action: 'setAside', generation: 2 }]);
        expect(fs.statSync(folder.path('generations/0000000002/retired.json')).size).toBe(0);
        expect(await textOf(await (await folder.open(DURABLE)).snapshot(), 'kept')).toBe('kept');
      }),
  );

  test.each<[string, (folder: StoreFolder, elsewhere: string) => void]>([
    ['a file', (folder) => fs.writeFileSync(folder.path('generations'), 'precious')],
    ['a link to generations elsewhere', (folder, elsewhere) => fs.symlinkSync(elsewhere, folder.path('generations'))],
    ['a link to nowhere', (folder) => fs.symlinkSync('nowhere', folder.path('generations'))],
  ])('%s in the place of the generations goes, and nothing behind it is taken for a history', (_what, put) =>
    withThree(async (folder) => {
      fs.writeFileSync(folder.path('tags/v1'), '{"generation":1,"createdAt":""}\n');
      const elsewhere = path.join(folder.directory, '..', 'elsewhere');
      fs.renameSync(folder.path('generations'), elsewhere);
      put(folder, elsewhere);
      for (const readOnly of [true, false])
        await expect(folder.open({ readOnly })).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      await expect(SnapshotStore.destroy(folder.directory)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      const { problems } = await diagnoseStore(folder.directory);
      expect(problems.map(({ code }) => code)).toContain('STORE_DAMAGED');
      expect((await repair(folder)).steps).toMatchObject([
        { action: 'moveAside', path: 'generations' },
        { action: 'moveAside', path: 'tags/v1' },
        { action: 'moveAside', path: 'CURRENT' },
      ]);
      expect(fs.readdirSync(elsewhere)).toHaveLength(3);
      const store = await folder.open(DURABLE);
      expect((await store.update(writing('a', 'anew'))).generation).toBe(1);
    }),
  );

  test.each(['commit.lock', 'store.lock', 'indexer.lock'])('junk in %s goes, and so does a file in its place', (lock) =>
    withThree(async (folder) => {
      fs.mkdirSync(folder.path(lock, 'junk', 'deep'), { recursive: true });
      expect((await repair(folder)).steps).toMatchObject([{ action: 'moveAside', path: `${lock}/junk` }]);
      fs.rmSync(folder.path(lock), { recursive: true, force: true });
      fs.writeFileSync(folder.path(lock), '');
      expect((await repair(folder)).steps).toMatchObject([{ action: 'moveAside', path: lock }]);
      await expectWorking(folder, '3');
    }),
  );

  test('several files in the places of folders go at once, and what lies behind them is seen beforehand', () =>
    withThree(async (folder) => {
      for (const name of ['trash', 'pins', 'drafts', 'instances']) {
        fs.rmSync(folder.path(name), { recursive: true });
        fs.writeFileSync(folder.path(name), name);
      }
      fs.writeFileSync(folder.path('tags/bad'), '{');
      folder.truncate('generations/0000000003/manifest.json', 0);
      expect((await repair(folder, { isOrderTold: false })).steps).toHaveLength(7);
      await expectWorking(folder, '2');
    }));

  test('a tag whose record is damaged goes, and one whose generation is gone', () =>
    withThree(async (folder) => {
      fs.writeFileSync(folder.path('tags/bad'), '{');
      fs.writeFileSync(folder.path('tags/gone'), '{"generation":99,"createdAt":""}\n');
      await repair(folder);
      expect(setAside(folder)).toEqual(['tags-bad', 'tags-gone']);
      await expectWorking(folder, '3');
    }));

  test.each(['', '0000000099\n', '0000000001\n'])('CURRENT that says %j is written anew', (content) =>
    withThree(async (folder) => {
      fs.writeFileSync(folder.path('CURRENT'), content);
      expect((await repair(folder)).steps).toMatchObject([{ action: 'writeCurrent', generation: 3 }]);
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000003\n');
    }),
  );

  test('a directory in the place of CURRENT goes', () =>
    withThree(async (folder) => {
      fs.rmSync(folder.path('CURRENT'));
      fs.mkdirSync(folder.path('CURRENT/inside'), { recursive: true });
      await repair(folder);
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000003\n');
    }));

  test('a link in the place of what was set aside goes too', () =>
    withThree(async (folder) => {
      fs.symlinkSync('/nowhere', folder.path('damaged'));
      fs.mkdirSync(folder.path('generations/9999999999'));
      await SnapshotStore.repair(folder.directory);
      expect((await SnapshotStore.repair(folder.directory)).ok).toBe(true);
      expect(setAside(folder)).toContain('9999999999');
    }));
});

describe('a repair', () => {
  test('is refused while somebody has the store open, who is named', () =>
    withStore(async (folder) => {
      await folder.store.introduce({ client: 'claude' });
      const busy = SnapshotStore.repair(folder.directory, { lockTimeoutMs: 20 });
      await expect(busy).rejects.toMatchObject({
        code: 'STORE_BUSY',
        message: expect.stringMatching(new RegExp(`pid ${process.pid} on .+ \\(claude\\)`)),
      });
      expect(await SnapshotStore.repair(folder.directory, { dryRun: true })).toMatchObject({ ok: true, steps: [] });
    }));

  test('of nothing makes nothing', () =>
    withThree(async (folder) => {
      const none = folder.path('none');
      await expect(SnapshotStore.repair(none)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
      expect(fs.existsSync(none)).toBe(false);
    }));

  test('is not kept from it by what is no record of an instance', () =>
    withThree(async (folder) => {
      fs.mkdirSync(folder.path('instances/dir'));
      expect(await repair(folder)).toMatchObject({ generation: 3, steps: [] });
    }));

  test('touches nothing that a later version wrote', () =>
    withThree(async (folder) => {
      const { sha256 } = await import('../../dist/store/manifest.js');
      const manifest = folder.path('generations/0000000003/manifest.json');
      const body = fs.readFileSync(manifest, 'utf8').replace('"format":1', '"format":2');
      const signed = body.slice(0, body.indexOf(',"checksum"'));
      fs.writeFileSync(manifest, `${signed},"checksum":"${sha256(bytesOf(signed))}"}\n`);
      folder.isDamaged = true;
      await expect(SnapshotStore.repair(folder.directory)).rejects.toMatchObject({ code: 'STORE_FORMAT_NEWER' });
      expect(folder.list('generations')).toContain('0000000003');
    }));

  test('only tells, with dryRun', () =>
    withThree(async (folder) => {
      folder.truncate('generations/0000000003/manifest.json', 0);
      const { dryRun, generation, steps } = await SnapshotStore.repair(folder.directory, { dryRun: true });
      expect([dryRun, generation, steps.length]).toEqual([true, 4, 2]);
      expect(fs.existsSync(folder.path('damaged'))).toBe(false);
    }));
});
