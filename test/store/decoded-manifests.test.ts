import { describe, expect, test } from 'vitest';
import { DecodedManifests } from '../../dist/store/decoded-manifests.js';
import type { Draft, Snapshot } from '../../dist/store/index.js';
import { decodeManifest, encodeManifest, type Manifest } from '../../dist/store/manifest.js';
import { withStore, writing } from './with-store.js';

const manifest: Manifest = {
  generation: 1,
  parent: null,
  nonce: 'a-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  writer: { instance: 'a', client: 'test', host: 'here', pid: 1, bootId: 'boot' },
  operation: 'update',
  reason: '',
  unsynced: [],
  hold: null,
  metadata: {},
  files: new Map(['a', 'b'].map((name) => [name, { owner: 1, sizeBytes: 5, sha256: 'f'.repeat(64) }])),
  writers: new Map(),
};

/** A change that says `value`, and one that changes what its base said. */
const saying =
  (value: readonly number[]) =>
  (draft: Draft): void =>
    draft.describe({ list: value });
const pushingInto = (base: Snapshot): unknown => Reflect.apply(Array.prototype.push, base.metadata.list, [2]);

describe('what many read at once', () => {
  test('is not changed by an update that changes what its base said', () =>
    withStore(async ({ store }) => {
      await store.update(saying([1]));
      const before = await store.snapshot();
      await expect(store.update((_draft, base) => void pushingInto(base))).rejects.toThrow(TypeError);
      await store.update(writing('file', 'x'));
      expect([before.metadata, (await store.snapshot()).metadata]).toEqual([{ list: [1] }, { list: [1] }]);
    }));

  test('is not changed by a reader who takes a file out of its snapshot', () =>
    withStore(async ({ store }) => {
      await store.update(writing('kept', 'x'));
      const { files, manifest: whole } = await store.snapshot();
      for (const map of [files, whole?.writers]) {
        if (!(map instanceof Map)) throw new Error('there is no map');
        expect(() => map.delete('kept')).toThrow('never changes');
        expect(() => map.set('more', 1)).toThrow('never changes');
        expect(() => map.clear()).toThrow('never changes');
      }
      const objects = [files.get('kept'), whole, whole?.writer, whole?.unsynced];
      expect(objects.every(Object.isFrozen)).toBe(true);
      await store.update(writing('more', 'x'));
      expect([...(await store.snapshot()).files.keys()]).toEqual(['kept', 'more']);
    }));

  test('is not changed by a snapshot that is given other files', () =>
    withStore(async ({ store }) => {
      await store.update(writing('kept', 'x'));
      await store.update((draft, base) => {
        Object.assign(base, { files: new Map(), metadata: { odd: true } });
        draft.write('more', Buffer.from('x'));
      });
      const { files, metadata } = await store.snapshot();
      expect([[...files.keys()], metadata]).toEqual([['kept', 'more'], {}]);
    }));

  test('is the same object where two generations have the same file', () => {
    const first = decodeManifest(encodeManifest(manifest), 1);
    const files = new Map([...manifest.files, ['b', { owner: 2, sizeBytes: 5, sha256: 'f'.repeat(64) }]]);
    const second = decodeManifest(encodeManifest({ ...manifest, generation: 2, nonce: 'a-2', files }), 2);
    expect(second.files).toEqual(files);
    expect(second.files.get('a')).toBe(first.files.get('a'));
  });
});

describe('decoded manifests', () => {
  test('are forgotten, those first that nobody asked for, where they are too large together', () => {
    const decoded = new DecodedManifests(100);
    for (const checksum of ['a', 'b']) decoded.keep(checksum, manifest, 50);
    expect(decoded.find('a')).toBe(manifest);
    decoded.keep('c', manifest, 50);
    expect(['a', 'b', 'c'].filter((checksum) => decoded.find(checksum) !== undefined)).toEqual(['a', 'c']);
  });

  test('keep the newest, however large it is, until there is another', () => {
    const decoded = new DecodedManifests(100);
    for (const checksum of ['a', 'b']) decoded.keep(checksum, manifest, 500);
    expect([decoded.find('a'), decoded.find('b')]).toEqual([undefined, manifest]);
    decoded.keep('c', manifest, 50);
    expect([decoded.find('b'), decoded.find('c')]).toEqual([undefined, manifest]);
  });
});
