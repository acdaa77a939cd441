import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { makeTemporaryFolder } from '../store/with-store.js';

const canMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
if (!canMount) console.info('skipped: no mount namespace can be made here (it needs root and `unshare -m`)');

/** Runs a script after `mount` commands that only it sees. */
function runMounted(mount: string, script: string, ...parameters: readonly string[]): unknown {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-m', 'sh', '-c', `${mount} && exec "$@"`, 'sh', process.execPath, file, ...parameters],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!canMount)('a disk', () => {
  test('that is full keeps the old generation current, and all goes on when there is space again', () => {
    const folder = makeTemporaryFolder();
    const answer = runMounted(`mount -t tmpfs -o size=2m none ${folder}`, 'full-disk.mjs', folder);
    expect(answer).toEqual({
      refusals: ['NO_SPACE', 'NO_SPACE', 'NO_SPACE'],
      during: 1,
      bytes: 100_000,
      generation: 2,
      problems: [],
      drafts: [],
    });
    fs.rmdirSync(folder);
  });

  test('that is full to the last block is read, and collecting makes room there', () => {
    const folder = makeTemporaryFolder();
    const answer = runMounted(`mount -t tmpfs -o size=2m none ${folder}`, 'collect-on-full-disk.mjs', folder);
    expect(answer).toEqual({
      read: 2,
      refusal: 'NO_SPACE',
      retired: [1, 2],
      current: '0000000003',
      generation: 4,
      problems: [],
      warnings: [expect.stringContaining('ENOSPC'), expect.stringContaining('nothing keeps an older generation')],
    });
    fs.rmdirSync(folder);
  });

  test('that cannot be written is read, and says why it cannot be written', async () => {
    const folder = makeTemporaryFolder();
    const store = await SnapshotStore.open(folder);
    await store.update((draft) => draft.write('a', Buffer.from('1')));
    await store.close();
    const mount = `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder}`;
    expect(runMounted(mount, 'read-only-disk.mjs', folder)).toEqual({
      reason: expect.stringContaining('EROFS'),
      text: '1',
      old: '1',
      refusal: 'STORE_READ_ONLY',
      problems: [],
    });
    fs.rmSync(folder, { recursive: true });
  });
});
