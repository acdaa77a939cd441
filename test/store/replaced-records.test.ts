import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { ONLY_THE_HEAD, type StoreFolder, textOf, withStore, writing } from './with-store.js';

/** What may stand where a record was, and how it comes there. */
const REPLACEMENTS: Readonly<Record<string, (file: string) => void>> = {
  'an empty directory': (file) => fs.mkdirSync(file),
  'a directory': (file) => fs.mkdirSync(path.join(file, 'inside'), { recursive: true }),
  ...(process.platform !== 'win32' && {
    'a link': (file) => fs.symlinkSync(path.join(path.dirname(file), '..', 'CURRENT'), file),
    'a link to nothing': (file) => fs.symlinkSync('nothing', file),
    'a fifo': (file) => void execFileSync('mkfifo', [file]),
  }),
};
const KINDS = Object.keys(REPLACEMENTS);

function replace(file: string, kind: string): void {
  fs.rmSync(file);
  REPLACEMENTS[kind]?.(file);
}

const PREPARED = { collectAutomatically: false } as const;

/** Three generations, the first of them tagged; the record of the tag is replaced. */
function withReplacedTag(kind: string, body: (folder: StoreFolder) => Promise<void>): Promise<void> {
  return withStore(async (folder) => {
    for (const text of ['one', 'two', 'three']) await folder.store.update(writing('a', text));
    await folder.store.tag('keep', 1);
    replace(folder.path('tags/keep'), kind);
    await body(folder);
  });
}

describe.each(KINDS)('%s in the place of a tag', (kind) => {
  test('is damage, and keeps everything from being collected until the tag is removed', () =>
    withReplacedTag(kind, async (folder) => {
      const { store } = folder;
      await expect(store.tags()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      await expect(store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      expect((await store.verify()).problems).toMatchObject([
        { code: 'STORE_DAMAGED', message: 'tag keep: its record is damaged' },
      ]);
      await store.untag('keep');
      expect(folder.list('damaged')).toHaveLength(1);
      await store.tag('keep', 1);
      expect((await store.collect(ONLY_THE_HEAD)).retired).toEqual([2]);
      expect(await textOf(await store.openGeneration(1), 'a')).toBe('one');
    }));

  test('is set aside by a repair, and the name can be used again', () =>
    withReplacedTag(kind, async (folder) => {
      await folder.leave();
      const { ok, steps } = await SnapshotStore.repair(folder.directory);
      expect({ ok, steps }).toMatchObject({ ok: true, steps: [{ action: 'moveAside', path: 'tags/keep' }] });
      const store = await folder.open(PREPARED);
      await store.tag('keep', 1);
      expect((await store.tags()).map(({ name }) => name)).toEqual(['keep']);
    }));
});

describe.each(KINDS)('%s in the place of a pin', (kind) => {
  test('is damage, keeps everything from being collected, and is set aside by a repair', () =>
    withStore(async (folder) => {
      for (const text of ['one', 'two', 'three']) await folder.store.update(writing('a', text));
      const reader = await folder.open(PREPARED);
      const held = await reader.openGeneration(1);
      const [pin = ''] = folder.list('pins');
      replace(folder.path('pins', pin), kind);
      await expect(folder.store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({
        code: 'STORE_DAMAGED',
        message: expect.stringContaining(pin),
      });
      expect(await textOf(held, 'a')).toBe('one');
      expect((await folder.store.verify()).problems).toMatchObject([
        { code: 'STORE_DAMAGED', message: `pins/${pin}: expected a file` },
      ]);
      await folder.leave();
      // Not closed before: who lets a pin go takes away what it can.
      fs.renameSync(folder.path('pins', pin), folder.path('away'));
      await reader.close();
      fs.renameSync(folder.path('away'), folder.path('pins', pin));
      const { ok, steps } = await SnapshotStore.repair(folder.directory);
      expect({ ok, steps }).toMatchObject({ ok: true, steps: [{ action: 'moveAside', path: `pins/${pin}` }] });
      const store = await folder.open(PREPARED);
      expect((await store.collect(ONLY_THE_HEAD)).retired).toEqual([1, 2]);
    }));
});

test('a directory in the place of a pin does not keep its reader from letting go', () =>
  withStore(async (folder) => {
    await folder.store.update(writing('a', 'one'));
    const held = await folder.store.openGeneration(1);
    const [pin = ''] = folder.list('pins');
    replace(folder.path('pins', pin), 'a directory');
    await held.close();
    expect(folder.list('pins')).toEqual([pin]);
    fs.rmSync(folder.path('pins', pin), { recursive: true });
    expect((await folder.store.collect(ONLY_THE_HEAD)).retired).toEqual([]);
  }));

test('a directory in the place of the record of an open store lets it register anew', () =>
  withStore(async (folder) => {
    const { instance } = folder.store.describe();
    replace(folder.path('instances', instance), 'a directory');
    expect((await folder.store.update(writing('a', '1'))).generation).toBe(1);
    expect(folder.store.describe().instance).not.toBe(instance);
    fs.rmSync(folder.path('instances', instance), { recursive: true });
  }));
