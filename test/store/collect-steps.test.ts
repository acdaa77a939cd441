import { describe, expect, test } from 'vitest';
import { collect } from '../../dist/store/collect.js';
import { processEnvironment } from '../../dist/store/index.js';
import { sha256 } from '../../dist/store/manifest.js';
import { type CommittedPlace, committedPlace } from './committed-place.js';
import { systemError, WatchedStore } from './watched-storage.js';
import { ONLY_THE_HEAD } from './with-store.js';

const rules = { retention: ONLY_THE_HEAD, durability: 'durable', dryRun: false } as const;

async function collectAll(found: CommittedPlace): ReturnType<typeof collect> {
  return collect(found.storage, processEnvironment, rules);
}

/** The names of all files that are left, by generation. */
function filesLeft({ place }: CommittedPlace): readonly string[] {
  return [...place.generations].flatMap(([generation, content]) =>
    [...content.files.keys()].map((name) => `${generation}/${name}`),
  );
}

test.each(['sweepGeneration', 'emptyTrash'] as const)(
  'what the disk does not do is no matter of rights (%s)',
  async (method) => {
    const watched = await WatchedStore.open();
    for (const n of [1, 2, 3]) await watched.store.update((draft) => draft.write('n', Buffer.from(String(n))));
    watched.always(method, async () => {
      throw systemError('EIO');
    });
    await expect(watched.store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({ code: 'IO_FAILED' });
  },
);

describe('the steps of collecting', () => {
  test('come in their one order', async () => {
    const watched = await WatchedStore.open({ durability: 'deferred' });
    for (const n of [1, 2, 3]) await watched.store.update((draft) => draft.write('n', Buffer.from(String(n))));
    watched.calls.length = 0;
    await watched.store.collect(ONLY_THE_HEAD);
    const steps = watched.order('syncGenerations', 'retire', 'listRecords', 'sweepGeneration', 'emptyTrash');
    const from = steps.indexOf('syncGenerations');
    expect(steps.slice(from)).toEqual([
      'syncGenerations',
      'retire',
      'retire',
      // Pins and tags, after the retirements.
      'listRecords',
      'listRecords',
      // The head has not been retired, and is left alone.
      'sweepGeneration',
      'sweepGeneration',
      'emptyTrash',
    ]);
    expect(watched.parametersOf('syncGenerations')).toEqual([[[1, 2, 3], { isBase: false }]]);
  });

  test('sync nothing if nothing is retired', async () => {
    const watched = await WatchedStore.open({ durability: 'deferred' });
    await watched.store.update((draft) => draft.write('n', Buffer.from('1')));
    watched.calls.length = 0;
    await watched.store.collect(ONLY_THE_HEAD);
    expect(watched.count('syncGenerations')).toBe(0);
  });

  test('end before the retirements if what replaces them cannot be synced', async () => {
    const watched = await WatchedStore.open({ durability: 'deferred' });
    for (const n of [1, 2]) await watched.store.update((draft) => draft.write('n', Buffer.from(String(n))));
    watched.once('syncGenerations', () => Promise.reject(systemError('EIO')));
    await expect(watched.store.collect(ONLY_THE_HEAD)).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect([watched.count('retire'), watched.count('sweepGeneration')]).toEqual([0, 0]);
  });
});

describe('collecting', () => {
  test('only says what would go, and what that would free, when it is asked to', async () => {
    const found = await committedPlace(3);
    const would = await collect(found.storage, processEnvironment, { ...rules, dryRun: true });
    expect(would).toMatchObject({ retired: [1, 2], kept: [3] });
    expect(would.freedBytes).toBe(would.retirements.reduce((sum, { freedBytes }) => sum + freedBytes, 0));
    expect(would.freedBytes).toBeGreaterThan(0);
    expect(filesLeft(found)).toHaveLength(6);
    expect([1, 2, 3].map((generation) => found.content(generation).isRetired)).toEqual([false, false, false]);
  });

  test('says what it freed', async () => {
    const found = await committedPlace(3);
    expect(await collectAll(found)).toMatchObject({ retired: [1, 2], kept: [3], freedBytes: 2 });
    expect(filesLeft(found)).toEqual(['1/file-1', '2/file-2', '3/file-3', '3/last']);
  });

  test('finds nothing in a store without generations', async () => {
    expect(await collectAll(await committedPlace(0))).toMatchObject({ retired: [], kept: [], freedBytes: 0 });
  });

  test('does not list what was retired before, and frees what it still holds', async () => {
    const found = await committedPlace(2);
    found.content(1).isRetired = true;
    expect(await collectAll(found)).toMatchObject({ retired: [], kept: [2], freedBytes: 1 });
  });

  test('keeps all that a damaged generation may refer to: its own files and those of older ones', async () => {
    const found = await committedPlace(5);
    found.content(1).isRetired = true;
    found.content(2).manifest = Buffer.from('{}');
    const { retired, kept } = await collectAll(found);
    expect([retired, kept]).toEqual([
      [3, 4],
      [2, 5],
    ]);
    expect(filesLeft(found)).toEqual([
      '1/file-1',
      '1/last',
      '2/file-2',
      '2/last',
      '3/file-3',
      '4/file-4',
      '5/file-5',
      '5/last',
    ]);
  });

  test('leaves the claim of a commit alone that came after its first look', async () => {
    const found = await committedPlace(2);
    const listRecords = found.storage.listRecords.bind(found.storage);
    let looks = 0;
    // The sleeping writer's files are there, and its manifest is read by nobody yet.
    found.storage.listRecords = async (kind) => {
      looks += 1;
      if (looks === 3)
        found.place.generations.set(9, { ...found.content(1), files: new Map([['late', Buffer.from('1')]]) });
      return listRecords(kind);
    };
    await collectAll(found);
    expect(filesLeft(found)).toContain('9/late');
  });

  test('is not stopped by a generation that is gone when it is looked at', async () => {
    const found = await committedPlace(3);
    found.content(1).manifest = undefined;
    expect(await collectAll(found)).toMatchObject({ retired: [2], kept: [1, 3] });
  });

  test('leaves alone what came, and was retired, after its first look', async () => {
    const found = await committedPlace(2);
    meanwhile(found, () => {
      found.place.generations.set(9, { ...found.content(1), isRetired: true, files: new Map([['late', bytes('1')]]) });
    });
    await collectAll(found);
    expect(filesLeft(found)).toContain('9/late');
  });

  test('sweeps what was the head at its first look, if others have replaced and retired it since', async () => {
    const found = await committedPlace(3);
    const head = found.content(3);
    found.place.generations.delete(3);
    meanwhile(found, () => {
      found.content(2).isRetired = true;
      found.place.generations.set(3, head);
    });
    await collectAll(found);
    expect(filesLeft(found)).toEqual(['1/file-1', '2/file-2', '3/file-3', '3/last']);
  });

  test('is not stopped by a pin whose name says nothing', async () => {
    const found = await committedPlace(2);
    await found.storage.writeRecord('pins', 'README', Buffer.from(''), { replace: false });
    expect((await collectAll(found)).retired).toEqual([1]);
  });

  test('keeps what is pinned, also if it was retired before', async () => {
    const found = await committedPlace(3);
    found.content(1).isRetired = true;
    await found.storage.writeRecord('pins', '0000000001-0123456789abcdef-1', Buffer.from(''), { replace: false });
    await collectAll(found);
    expect(filesLeft(found)).toContain('1/last');
  });

  test('keeps what is tagged, also if it was retired before', async () => {
    const found = await committedPlace(3);
    await found.store.tag('first', 1);
    found.content(1).isRetired = true;
    await collectAll(found);
    expect(filesLeft(found)).toContain('1/last');
  });

  test('goes no further if a manifest was written by a later version', async () => {
    const found = await committedPlace(2);
    found.content(1).manifest = asNewerFormat(found.content(1).manifest);
    await expect(collectAll(found)).rejects.toMatchObject({ code: 'STORE_FORMAT_NEWER' });
    expect(filesLeft(found)).toHaveLength(4);
  });
});

/** Does something between the first look of a collector and its first retirement. */
function meanwhile({ storage }: CommittedPlace, action: () => void): void {
  const retire = storage.retire.bind(storage);
  storage.retire = async (generation) => {
    storage.retire = retire;
    action();
    await retire(generation);
  };
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

function asNewerFormat(manifest: Uint8Array | undefined): Uint8Array {
  const text = Buffer.from(manifest ?? [])
    .toString()
    .replace('"format":1', '"format":2');
  const signed = text.slice(0, text.indexOf(',"checksum"'));
  return Buffer.from(`${signed},"checksum":"${sha256(Buffer.from(signed))}"}\n`);
}
