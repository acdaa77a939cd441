import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { snapdex } from './temporary-project.js';

/** Enough to be looked at while they are copied. */
const FILES = 1_500;

test('a generation is pinned for as long as it is exported', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-cli-'));
  const directory = join(folder, 'store');
  await using store = await SnapshotStore.open(directory, { durability: 'deferred' });
  await store.update((draft) => {
    for (let number = 0; number < FILES; number++) draft.write(`f${number}`, Buffer.from(`content ${number}`));
  });
  const place = join(folder, 'exports');
  const exporting = snapdex(['export', place, '--copy', '--root', folder, '--index-path', directory]);
  let pinsLate: readonly string[] = [];
  const watching = new AbortController();
  const ending = exporting.finally(() => watching.abort());
  while (!watching.signal.aborted) {
    const [building] = readdirSync(folder).filter((name) => name.endsWith('.partial'));
    if (building !== undefined && countFiles(join(folder, building)) > FILES / 2) {
      const pins = readdirSync(join(directory, 'pins'));
      // Looked at again, since the export may have ended meanwhile, and its pin with it.
      if (readdirSync(folder).includes(building)) pinsLate = pins;
    }
    await turn();
  }
  expect(await ending).toMatchObject({ code: 0, stderr: expect.not.stringContaining('ERROR') });
  expect(pinsLate).toEqual([expect.stringMatching(/^0000000001/)]);
  await rm(folder, { recursive: true });
});

function countFiles(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  } catch {
    return 0;
  }
}
