import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ONLY_THE_HEAD, textOf, withStore, writing } from './with-store.js';

describe('somebody else in the directory', () => {
  test.each([
    ['damaged', (manifest: string) => fs.truncateSync(manifest, 0)],
    ['missing', (manifest: string) => fs.rmSync(manifest)],
  ])('collecting below a head whose manifest is %s keeps the newest intact generation', (_how, damage) =>
    withStore(async (folder) => {
      const { store } = folder;
      for (const text of ['1', '2', '3']) await store.update(writing('a', text));
      damage(folder.path('generations/0000000003/manifest.json'));
      folder.isDamaged = true;
      await store.collect(ONLY_THE_HEAD);
      expect(await textOf(await store.snapshot(), 'a')).toBe('2');
      expect((await store.rollback(2)).generation).toBe(4);
    }),
  );

  test('a link in the place of CURRENT is replaced, and what it leads to is left alone', () =>
    withStore(async (folder) => {
      const outside = path.join(path.dirname(folder.directory), 'outside');
      fs.writeFileSync(outside, 'precious');
      await folder.store.update(writing('a', '1'));
      fs.rmSync(folder.path('CURRENT'));
      fs.symlinkSync(outside, folder.path('CURRENT'));
      await folder.store.update(writing('a', '2'));
      expect(fs.readFileSync(outside, 'utf8')).toBe('precious');
      expect(fs.readFileSync(folder.path('CURRENT'), 'utf8')).toBe('0000000002\n');
    }));

  test.skipIf(process.platform === 'win32').each([
    ['pipe', (name: string) => execFileSync('mkfifo', [name])],
    ['directory', (name: string) => fs.mkdirSync(name)],
    ['link to an endless file', (name: string) => fs.symlinkSync('/dev/zero', name)],
  ])('a %s in the place of a manifest is damage, and nobody waits for it', (_kind, make) =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      await folder.store.update(writing('a', '2'));
      const manifest = folder.path('generations/0000000002/manifest.json');
      folder.isDamaged = true;
      fs.rmSync(manifest);
      make(manifest);
      const snapshot = await folder.store.snapshot();
      expect([snapshot.generation, snapshot.damage[0]?.code]).toEqual([1, 'GENERATION_DAMAGED']);
    }),
  );

  test.each(['drafts', 'instances', 'pins', 'trash'])('removing %s is mended by the next commit', (name) =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      fs.rmSync(folder.path(name), { recursive: true });
      await folder.store.update(writing('a', '2'));
      await folder.store.rollback(1);
      await folder.store.collect(ONLY_THE_HEAD);
      expect(await textOf(await folder.store.snapshot(), 'a')).toBe('1');
    }),
  );

  test('a store that was removed is made anew when asked, and its watchers are told', () =>
    withStore(async (folder) => {
      const heads: number[] = [];
      const stop = folder.store.watch((generation) => heads.push(generation));
      await folder.advance(3);
      fs.rmSync(folder.directory, { recursive: true });
      expect([await folder.store.revive(), await folder.store.revive()]).toEqual([true, false]);
      await (await folder.open()).update(writing('a', '1'));
      await expect.poll(() => heads, { timeout: 5_000 }).toEqual([1, 2, 3, 1]);
      stop();
    }));

  test('another store in its place is noticed, even if it has as many generations', () =>
    withStore(async (folder) => {
      const heard: [number, boolean][] = [];
      await folder.advance(3);
      const aside = `${folder.directory}-aside`;
      fs.renameSync(folder.directory, aside);
      const watcher = await folder.open();
      const stop = watcher.watch((generation, isAnew) => heard.push([generation, isAnew]));
      for (const text of ['1', '2', '3']) await watcher.update(writing('a', `another ${text}`));
      await expect.poll(() => heard.at(-1), { timeout: 5_000 }).toEqual([3, false]);
      fs.rmSync(folder.directory, { recursive: true });
      fs.renameSync(aside, folder.directory);
      await expect.poll(() => heard.at(-1), { timeout: 5_000 }).toEqual([3, true]);
      await expect(textOf(await watcher.snapshot(), 'a')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      stop();
    }));
});
