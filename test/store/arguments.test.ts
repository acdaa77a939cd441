import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  diagnoseStore,
  diffSnapshots,
  exportSnapshot,
  type OpenFile,
  processEnvironment,
  SnapshotStore,
  surveyFileSystem,
} from '../../dist/store/index.js';
import { bytesOf, type StoreFolder, withStore, writing } from './with-store.js';

test.each([['text'], [5], [undefined], [[1, 2]]])('content that is no bytes is refused by name: %j', (content) =>
  withStore(async ({ store }) => {
    const update = store.update((draft) => Reflect.apply(draft.write, draft, ['a', content]));
    await expect(update).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('file "a"'),
      remedy: expect.stringContaining('Buffer.from'),
    });
  }),
);

describe('what programs without types may give is refused, with a remedy:', () => {
  test.each<[string, string, (folder: StoreFolder) => unknown]>([
    ['openGeneration(1.5)', 'generation 1.5 is not a whole number', ({ store }) => call(store, 'openGeneration', 1.5)],
    ["rollback('2')", "generation '2' is not a whole number", ({ store }) => call(store, 'rollback', '2')],
    ['rollback to none', 'generation NaN is not', ({ store }) => call(store, 'rollback', Number.NaN)],
    ['rollback(null)', 'generation null is not', ({ store }) => call(store, 'rollback', null)],
    ['rollback(1, { hold: 1 })', 'hold 1 is not true or false', ({ store }) => call(store, 'rollback', 1, { hold: 1 })],
    ['tag of 1.5', 'generation 1.5 is not', ({ store }) => call(store, 'tag', 'v1', 1.5)],
    ['history of -1', 'limit -1 is not a whole number', ({ store }) => call(store, 'history', { limit: -1 })],
    ['history of 1.5', 'limit 1.5 is not', ({ store }) => call(store, 'history', { limit: 1.5 })],
    ["history of 'x'", "limit 'x' is not", ({ store }) => call(store, 'history', { limit: 'x' })],
    ['history(null)', 'options of history null is not an object', ({ store }) => call(store, 'history', null)],
    ['update()', 'change undefined is not a function', ({ store }) => call(store, 'update')],
    ['a store in no environment', 'environment {} is not an environment', () => openIn({})],
    ['a store in half of one', 'is not an environment', () => openIn({ ...processEnvironment, fileSystem: {} })],
    [
      'a survey in none',
      'environment {} is not an environment',
      () => Reflect.apply(surveyFileSystem, null, [os.tmpdir(), {}]),
    ],
    [
      'an export that copies by nothing',
      'copying {} is not ways of linking',
      async ({ store }) => Reflect.apply(exportSnapshot, null, [await store.snapshot(), 'x', { copying: {} }]),
    ],
    ['watch(5)', 'listener 5 is not a function', ({ store }) => call(store, 'watch', 5)],
    ['introduce as 5', 'client 5 is not a text of at most 200', ({ store }) => call(store, 'introduce', { client: 5 })],
    [
      'introduce at length',
      'is not a text of at most 200',
      ({ store }) => call(store, 'introduce', { role: 'x'.repeat(201) }),
    ],
    [
      'collect of less than one',
      'keepGenerations 0.5 is',
      ({ store }) => call(store, 'collect', { keepGenerations: 0.5 }),
    ],
    [
      'collect with another name',
      'options of collect: "keep" is not known',
      ({ store }) => call(store, 'collect', { keep: 1 }),
    ],
    ['verify(5)', 'options of verify 5 is not an object', ({ store }) => call(store, 'verify', 5)],
    ['a lease lost to 5', 'onLost 5 is not a function', ({ store }) => call(store, 'tryLease', 'work', { onLost: 5 })],
    [
      'export to 5',
      'target 5 is not a path',
      async ({ store }) => Reflect.apply(exportSnapshot, null, [await store.snapshot(), 5]),
    ],
    [
      'export by magic',
      "method 'magic' is not one of",
      async ({ store }) => Reflect.apply(exportSnapshot, null, [await store.snapshot(), 't', { method: 'magic' }]),
    ],
    [
      'export of a promise',
      'snapshot is a promise',
      ({ store }) => Reflect.apply(exportSnapshot, null, [store.snapshot(), 't']),
    ],
    ['export of nothing', 'snapshot null is not a snapshot', () => Reflect.apply(exportSnapshot, null, [null, 't'])],
    [
      'export of a copy',
      'is not a snapshot of a store',
      async ({ store }) => Reflect.apply(exportSnapshot, null, [{ ...(await store.snapshot()) }, 't']),
    ],
    [
      'export with no signal',
      'signal {} is not an AbortSignal',
      async ({ store }) => Reflect.apply(exportSnapshot, null, [await store.snapshot(), 't', { signal: {} }]),
    ],
    [
      'diff of a promise',
      'after is a promise',
      async ({ store }) => Reflect.apply(diffSnapshots, null, [await store.snapshot(), store.snapshot()]),
    ],
    ['survey()', 'directory undefined is not a path', () => Reflect.apply(surveyFileSystem, null, [])],
    ["new SnapshotStore('./x')", 'await SnapshotStore.open', () => Reflect.construct(SnapshotStore, ['./x'])],
    ['open()', 'directory undefined is not a path', () => call(SnapshotStore, 'open')],
    ['open of a URL', 'is not a path', () => call(SnapshotStore, 'open', new URL('file:///store'))],
    ['open of a NUL', "directory 'a\\x00b' is not a path", () => call(SnapshotStore, 'open', 'a\0b')],
    ['open without options', 'options null is not an object', () => call(SnapshotStore, 'open', 'store', null)],
    ['repair of nothing', "directory '' is not a path", () => call(SnapshotStore, 'repair', '')],
    ['destroy(5)', 'directory 5 is not a path', () => call(SnapshotStore, 'destroy', 5)],
    ['diagnose(5)', 'directory 5 is not a path', () => Reflect.apply(diagnoseStore, null, [5])],
    ['remove(5)', 'file name 5 is not a text', ({ store }) => store.update((draft) => call(draft, 'remove', 5))],
    ['describe(5)', 'metadata: 5', ({ store }) => store.update((draft) => call(draft, 'describe', 5))],
    ['explain(5)', 'reason 5 is not a text', ({ store }) => store.update((draft) => call(draft, 'explain', 5))],
  ])('%s', (_, message, use) =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', '1'));
      const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining(message), remedy: expect.any(String) };
      await expect((async () => use(folder))()).rejects.toMatchObject(refusal);
      expect(await folder.store.instances()).toHaveLength(1);
    }),
  );

  test.each([
    ['a file', 5],
    ['a tag', undefined],
  ])('the name of %s that is %j', (kind, name) =>
    withStore(async ({ store }) => {
      const update = store.update((draft) => call(draft, 'write', kind === 'a file' ? name : 'a', bytesOf('1')));
      const asked = kind === 'a file' ? update : update.then(() => call(store, 'tag', name));
      await expect(asked).rejects.toMatchObject({ code: 'INVALID_NAME', remedy: expect.any(String) });
    }),
  );
});

test.each(['openGeneration', 'rollback'])('%s of a tag says how its number is found', (method) =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    await store.tag('v1');
    const refusal = { code: 'INVALID_OPTION', remedy: expect.stringContaining('`findGeneration`') };
    await expect(call(store, method, 'v1')).rejects.toMatchObject(refusal);
  }),
);

test('who has opened a store for reading is told to open it without that', () =>
  withStore(async (folder) => {
    await folder.advance(1);
    const reader = await folder.open({ readOnly: true });
    const refusal = { code: 'STORE_READ_ONLY', remedy: expect.stringContaining('without `readOnly`') };
    await expect(reader.update(writing('a', '2'))).rejects.toMatchObject(refusal);
  }));
describe('what a file is asked for', () => {
  test.each<[string, string, string, (file: OpenFile) => unknown]>([
    ['beyond its end', 'INVALID_OPTION', 'has 1 bytes: there are no 100 from 0 on', (file) => file.read(0, 100)],
    ['from -1', 'INVALID_OPTION', 'offset -1 is not a finite whole number', (file) => file.read(-1, 100)],
    ['nothing', 'INVALID_OPTION', 'offset undefined is not', (file) => Reflect.apply(file.read, file, [])],
    ['half a byte', 'INVALID_OPTION', 'lengthBytes 0.5 is not', (file) => file.read(0, 0.5)],
    ['into no bytes', 'INVALID_OPTION', "target 'x' is not", (file) => Reflect.apply(file.readInto, file, [0, 'x'])],
    ['into too many', 'INVALID_OPTION', 'no 2 from 0 on', (file) => file.readInto(0, new Uint8Array(2))],
    [
      'once it is closed',
      'INVALID_CALL',
      'file "a" was closed',
      (file) => {
        file.close();
        return file.read(0, 1);
      },
    ],
  ])('%s is refused: %s', (_what, code, message, use) =>
    withStore(async ({ store }) => {
      await store.update(writing('a', '1'));
      const file = await (await store.snapshot()).open('a');
      const refusal = { code, message: expect.stringContaining(message), remedy: expect.any(String) };
      await expect((async () => use(file))()).rejects.toMatchObject(refusal);
      file.close();
    }),
  );

  test('and has lost since it was opened is damage', () =>
    withStore(async (folder) => {
      await folder.store.update(writing('a', 'two'));
      const file = await (await folder.store.snapshot()).open('a');
      folder.truncate('generations/0000000001/a', 1);
      await expect((async () => file.read(0, 3))()).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      file.close();
    }));
});

/** A call as a program without types may make it. */
function call(target: object, method: string, ...given: readonly unknown[]): Promise<never> {
  return Reflect.apply(Reflect.get(target, method), target, given);
}

test('content that is too large for one file is refused by name before anything is written', () =>
  withStore(async (folder) => {
    const storage = folder.storage();
    storage.createDraft = () => Promise.reject(new Error('a draft was made'));
    const store = await folder.openOn(storage);
    await expect(store.update((draft) => draft.write('a', new Uint8Array(2 ** 31)))).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('file "a": 2147483648 bytes'),
    });
  }));

test('a tag that looks like the number of a generation is refused', () =>
  withStore(async ({ store }) => {
    await store.update(writing('a', '1'));
    await expect(store.tag('5')).rejects.toMatchObject({ code: 'INVALID_NAME' });
    expect((await store.tag('v5')).generation).toBe(1);
  }));

describe('a file is no place for a store', () => {
  test.each<[string, (directory: string) => Promise<unknown>]>([
    ['open', (directory) => SnapshotStore.open(directory)],
    ['open for reading', (directory) => SnapshotStore.open(directory, { readOnly: true })],
    ['repair', (directory) => SnapshotStore.repair(directory)],
    ['destroy', (directory) => SnapshotStore.destroy(directory)],
    ['diagnose', (directory) => diagnoseStore(directory)],
  ])('nor is a path below one: %s', (_, call) =>
    withStore(async (folder) => {
      const file = folder.path('file');
      fs.writeFileSync(file, 'mine');
      const refusal = { code: 'INVALID_OPTION', message: expect.stringMatching(/file is a file$|file: is a file$/) };
      for (const place of [file, path.join(file, 'x', 'y')]) await expect(call(place)).rejects.toMatchObject(refusal);
      expect(fs.readFileSync(file, 'utf8')).toBe('mine');
      fs.rmSync(file);
    }),
  );
});

describe('a lease', () => {
  test.each(['../escape', 'generations/0000000001/x', 'commit', 'Store', '', 5, undefined])(
    'cannot be named %j, which may reach out of the store or into it',
    (name) =>
      withStore(async (folder) => {
        const refusal = { code: 'INVALID_NAME', message: expect.stringContaining('lease') };
        await expect(Reflect.apply(folder.store.tryLease, folder.store, [name])).rejects.toMatchObject(refusal);
        await expect(Reflect.apply(folder.store.leaseVersion, folder.store, [name])).rejects.toMatchObject(refusal);
        expect(fs.readdirSync(path.dirname(folder.directory))).toEqual(['store']);
      }),
  );
});

describe('a file name that some file systems take for another one of its generation', () => {
  test.each([
    ['Case', 'case'],
    ['dir/\u00e9', 'dir/e\u0301'],
    ['\u00c9t\u00e9', 'e\u0301te\u0301'],
    ['\u03c3z', '\u03c2z'],
    ['\u017fq', 'sq'],
    ['stra\u00dfe', 'STRA\u1e9eE'],
  ])('is refused, and both are named: %j and %j', (one, other) =>
    withStore(async ({ store }) => {
      const refusal = { code: 'INVALID_NAME', message: expect.stringContaining(`${JSON.stringify(other)}: differs`) };
      const both = store.update((draft) => [one, other].forEach((name) => void draft.write(name, bytesOf(name))));
      await expect(both).rejects.toMatchObject(refusal);
      await store.update(writing(one, '1'));
      await expect(store.update(writing(other, '2'))).rejects.toMatchObject(refusal);
    }),
  );

  test('may take its place, and what is there already is written as ever', () =>
    withStore(async ({ store }) => {
      await store.update(writing('Case', '1'));
      await store.update(writing('Case', '2'));
      await store.update((draft) => {
        draft.remove('Case');
        draft.write('case', bytesOf('3'));
      });
      expect([...(await store.snapshot()).files.keys()]).toEqual(['case']);
    }));
});

class Point {
  readonly x = 1;
}

test.each([
  [null, 'metadata: null'],
  [[1], 'metadata: [ 1 ]'],
  [new Map([['a', 1]]), 'metadata: Map(1)'],
  [{ a: Number.NaN }, 'metadata.a: NaN'],
  [{ a: [0, { b: Number.POSITIVE_INFINITY }] }, 'metadata.a[1].b: Infinity'],
  [{ a: () => {} }, 'metadata.a: [Function'],
  [{ a: new Map() }, 'metadata.a: Map(0)'],
  [{ a: new Date(0) }, 'metadata.a: 1970'],
  [{ a: new Point() }, 'metadata.a: Point'],
  [{ a: 1n }, 'metadata.a: 1n'],
  [{ a: [undefined] }, 'metadata.a[0]: undefined'],
  [{ a: new Array(1) }, 'metadata.a[0]: undefined'],
  [{ a: undefined }, 'metadata.a: undefined'],
  [JSON.parse('{"a":{"__proto__":1}}'), "metadata.a with the key: '__proto__'"],
])('words that JSON would change or lose are refused where they are said: %o', (metadata, message) =>
  withStore(async ({ store }) => {
    const update = store.update((draft) => Reflect.apply(draft.describe, draft, [metadata]));
    await expect(update).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining(message) });
    expect((await store.snapshot()).generation).toBe(0);
  }),
);

test('words are kept as they are when they are said', () =>
  withStore(async ({ store }) => {
    const said = { list: [1, 'x', null, { deep: true }] };
    await store.update((draft) => {
      Reflect.apply(draft.describe, draft, [said]);
      said.list.length = 0;
    });
    expect((await store.snapshot()).metadata).toEqual({ list: [1, 'x', null, { deep: true }] });
    await store.update((draft) => draft.describe(Object.create(null)));
    expect((await store.snapshot()).metadata).toEqual({});
  }));

async function openIn(environment: object): Promise<unknown> {
  return Reflect.apply(SnapshotStore.open, null, ['somewhere', { environment }]);
}
