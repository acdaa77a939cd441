import { expect, it } from 'vitest';
import { merge, writeChanges, writeMerged } from '../../dist/documents/collection-changes.js';
import { LayersReader } from '../../dist/documents/segment-layers.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { type DocumentFolder, withFolder } from './document-folder.js';

const LARGE = 'x'.repeat(20_000);

/** A store with three closed segments of a collection, one for each key. */
async function openSegments(folder: DocumentFolder) {
  const store = await folder.keep(SnapshotStore.open(folder.directory));
  const reader = new LayersReader(folder.directory);
  const put = (key: string, text: string | undefined) =>
    store.update(async (draft, base) => {
      const kept = text === undefined ? undefined : { text: JSON.stringify(text), version: 1 };
      writeChanges(draft, await reader.read(base), new Map([[key, kept]]));
    });
  for (const key of ['a', 'b', 'c']) await put(key, LARGE);
  const readLayers = async () => reader.read(await store.snapshot());
  return { store, reader, put, readLayers };
}

it('a merge is put in place below what was committed meanwhile', () =>
  withFolder(async (folder) => {
    const { store, reader, put, readLayers } = await openSegments(folder);
    const merged = merge(await readLayers(), { start: 0, end: 3 });
    await put('a', 'newer');
    await put('b', undefined);
    await store.update(async (draft, base) => {
      expect(writeMerged(draft, await reader.read(base), merged)).toBe(true);
    });
    const layers = await readLayers();
    expect([layers.segments.length, layers.label.count, layers.keys()]).toEqual([2, 2, ['a', 'c']]);
    expect(layers.find('a')?.text).toBe('"newer"');
  }));

it('a merge of which a part is gone is dropped', () =>
  withFolder(async (folder) => {
    const { store, reader, readLayers } = await openSegments(folder);
    const merged = merge(await readLayers(), { start: 0, end: 3 });
    await store.rollback(2);
    await store.update(async (draft, base) => {
      expect(writeMerged(draft, await reader.read(base), merged)).toBe(false);
    });
    expect((await readLayers()).keys()).toEqual(['a', 'b']);
  }));
