import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, makeTemporaryFolder, textOf } from './with-store.js';

/** More than can be read at once; it takes no space. */
const HUGE_BYTES = 6e9;

async function storeOfFive(): Promise<string> {
  const directory = path.join(makeTemporaryFolder(), 'store');
  await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
  for (const text of ['1', '2', '3', '4', '5']) await store.update((draft) => draft.write('a', bytesOf(text)));
  await store.tag('kept', 2);
  return directory;
}

function grow(directory: string, name: string): void {
  const file = path.join(directory, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.closeSync(fs.openSync(file, 'a'));
  fs.truncateSync(file, HUGE_BYTES);
}

test('a manifest that has grown beyond reading is damage like any other', async () => {
  const directory = await storeOfFive();
  grow(directory, 'generations/0000000005/manifest.json');
  const readOnly = await SnapshotStore.open(directory, { readOnly: true });
  const snapshot = await readOnly.snapshot();
  expect([snapshot.generation, await textOf(snapshot, 'a')]).toEqual([4, '4']);
  expect(snapshot.damage.map(({ code }) => code)).toEqual(['GENERATION_DAMAGED']);
  await readOnly.close();
  await SnapshotStore.repair(directory);
  await using store = await SnapshotStore.open(directory);
  expect(await textOf(await store.snapshot(), 'a')).toBe('4');
  await store.update((draft) => draft.write('a', bytesOf('6')));
  expect((await store.verify()).problems).toEqual([]);
});

describe.each([
  'generations/0000000001/manifest.json',
  'CURRENT',
  'tags/kept',
  'instances/0123456789abcdef',
  'store.lock/0123456789abcdef-3',
  'commit.lock/0123456789abcdef-3',
])('%s that has grown beyond reading', (name) => {
  test('keeps nobody from reading, and repairing mends it', async () => {
    const directory = await storeOfFive();
    grow(directory, name);
    const readOnly = await SnapshotStore.open(directory, { readOnly: true });
    expect(await textOf(await readOnly.snapshot(), 'a')).toBe('5');
    await readOnly.close();
    // Whoever shares or holds a lock with such a record may be alive for as long as a holder may be silent.
    const longAgo = new Date('2020-01-01');
    fs.utimesSync(path.join(directory, name), longAgo, longAgo);
    await SnapshotStore.repair(directory, { lockTimeoutMs: 30_000 });
    await using store = await SnapshotStore.open(directory, { lockTimeoutMs: 30_000 });
    await store.update((draft) => draft.write('a', bytesOf('6')));
    expect((await store.verify()).problems).toEqual([]);
  });
});
