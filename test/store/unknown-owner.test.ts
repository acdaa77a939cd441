import fs from 'node:fs';
import { expect, test } from 'vitest';
import { ONLY_THE_HEAD, type StoreFolder, withStore } from './with-store.js';

/** Nobody is, or was, registered under it. */
const NOBODY = '0123456789abcdef';
const DRAFTS = [`${NOBODY}-1`, NOBODY];
const PIN = `0000000001-${NOBODY}-1`;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Drafts, and a pin on the first generation, without a record of whose they are; last changed `ageMs` ago. */
async function leaveUnowned(folder: StoreFolder, ageMs: number): Promise<void> {
  await folder.advance(2);
  const changed = new Date(Date.now() - ageMs);
  const paths = [...DRAFTS.map((draft) => folder.path('drafts', draft)), folder.path('pins', PIN)];
  for (const draft of paths.slice(0, -1)) fs.mkdirSync(draft);
  fs.writeFileSync(folder.path('pins', PIN), '');
  for (const path of paths) fs.utimesSync(path, changed, changed);
}

test('for an hour, drafts and pins of an unknown owner stay, with what is pinned', () =>
  withStore(async (folder) => {
    await leaveUnowned(folder, HOUR_MS - MINUTE_MS);
    expect((await folder.store.collect(ONLY_THE_HEAD)).kept).toEqual([1, 2]);
    await (await folder.open()).close();
    expect(folder.list('pins')).toEqual([PIN]);
    await expect.poll(() => folder.list('drafts')).toEqual(DRAFTS.toSorted());
    expect(folder.list('generations/0000000001')).toContain('last');
  }));

test('after an hour, drafts and pins of an unknown owner go, with what was pinned', () =>
  withStore(async (folder) => {
    await leaveUnowned(folder, HOUR_MS + MINUTE_MS);
    expect((await folder.store.collect(ONLY_THE_HEAD)).retired).toEqual([1]);
    expect([folder.list('pins'), folder.list('generations')]).toEqual([[], ['0000000002']]);
    await expect.poll(() => folder.list('drafts')).toEqual([]);
  }));
