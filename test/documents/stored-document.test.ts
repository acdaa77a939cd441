import { once } from 'node:events';
import fs from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDocument, type StandardSchema } from '../../dist/documents/index.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { type DocumentFolder, until, withFolder } from './document-folder.js';

const counterSchema = z.object({ count: z.number() });

const openCounter = (folder: DocumentFolder) =>
  folder.keep(openDocument(folder.directory, counterSchema, { initial: { count: 0 }, onWarning: folder.onWarning }));
const countUp = ({ count }: { count: number }) => ({ count: count + 1 });

describe('a document', () => {
  it('is the initial one until somebody changes it, and then what everybody reads', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openCounter(folder), await openCounter(folder)];
      expect(await other.read()).toEqual({ count: 0 });
      expect(await one.update(countUp)).toEqual({ generation: 1, isNew: true, value: { count: 1 } });
      expect(await other.read()).toEqual({ count: 1 });
    }));

  it('is undefined without an initial one', () =>
    withFolder(async (folder) => {
      const document = await folder.keep(openDocument(folder.directory, counterSchema));
      expect(await document.read()).toBeUndefined();
      await document.update((before) => ({ count: before === undefined ? 7 : 0 }));
      expect(await document.read()).toEqual({ count: 7 });
    }));

  it('keeps every change of writers who race', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openCounter(folder), await openCounter(folder)];
      const changes = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).update(countUp));
      await Promise.all(changes);
      expect(await one.read()).toEqual({ count: 20 });
    }));

  it('may be altered by who has read it, which changes nothing', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      (await document.read()).count = 9;
      await document.update(countUp);
      (await document.read()).count = 9;
      expect(await document.read()).toEqual({ count: 1 });
    }));

  it('makes no generation of a change to what it is already', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      await document.update(() => ({ count: 1 }));
      expect(await document.update(() => ({ count: 1 }))).toEqual({ generation: 1, isNew: false, value: { count: 1 } });
    }));

  it('is kept as the input of its schema and read as its output', () =>
    withFolder(async (folder) => {
      const since = z.object({ since: z.iso.datetime().transform((text) => new Date(text)) });
      const document = await folder.keep(openDocument(folder.directory, since));
      const { value } = await document.update(() => ({ since: '2026-01-02T03:04:05Z' }));
      expect(value.since.getUTCFullYear()).toBe(2026);
      expect(await document.read()).toEqual(value);
      const snapshot = await document.store.snapshot();
      expect(Buffer.from(await snapshot.read('document.json')).toString()).toBe('{"since":"2026-01-02T03:04:05Z"}');
    }));
});

describe('a change that is refused leaves the document as it was', () => {
  it.each([
    ['of another type', '{"count":"many"}', 'document: count: '],
    ['with a field missing', '{}', 'document: count: '],
    ['that is no object', '[]', 'document: '],
  ])('a value %s', (_, text, message) =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      await document.update(countUp);
      const refused = document.update(() => JSON.parse(text));
      await expect(refused).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', issues: [{}] });
      await expect(refused).rejects.toThrow(message);
      expect(await document.read()).toEqual({ count: 1 });
      expect(await document.history()).toHaveLength(1);
    }),
  );

  it('a value that the schema refuses without saying why', () =>
    withFolder(async (folder) => {
      const silent: StandardSchema<unknown, string> = {
        '~standard': {
          version: 1,
          vendor: 'silent',
          validate: (value) => (value === 'no' ? { issues: [] } : { value: String(value) }),
        },
      };
      const document = await folder.keep(openDocument(folder.directory, silent, { initial: 'kept' }));
      await expect(document.update(() => 'no')).rejects.toThrow('document: the schema refuses it and gives no reason');
      expect(await document.read()).toBe('kept');
    }));

  const cycle: { [key: string]: unknown } = {};
  cycle.self = cycle;
  it.each([
    ['undefined', undefined],
    ['a number that is none', { size: Number.NaN }],
    ['a map', { names: new Map([['a', 1]]) }],
    ['a set', [new Set([1])]],
    ['a function', { run: () => 1 }],
    ['a symbol', { name: Symbol('a') }],
    ['nothing in a list', [1, undefined]],
    ['a gap in a list', new Array(1)],
    ['a date that is none', { at: new Date('never') }],
    ['a promise', { later: Promise.resolve(1) }],
    ['a pattern', [/a/]],
    ['an error', { failure: Object.assign(new Error('no'), { code: 'E' }) }],
    ['bytes', { bytes: new Uint8Array([1]) }],
    ['a buffer of bytes', [new ArrayBuffer(1)]],
    ['an iterator', [new Map().keys()]],
    ['a bigint', { size: 1n }],
    ['a cycle', cycle],
  ])('%s, which JSON would lose', (_, value) =>
    withFolder(async (folder) => {
      const document = await folder.keep(openDocument(folder.directory, z.any(), { initial: 'kept' }));
      await expect(document.update(() => value)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
      expect(await document.read()).toBe('kept');
    }),
  );

  it('a change that throws, with what it throws', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      const failure = new Error('no');
      await expect(document.update(() => Promise.reject(failure))).rejects.toBe(failure);
      expect(await document.history()).toEqual([]);
    }));
});

describe('a schema of another version', () => {
  const named = z.object({ name: z.string() });
  const oneText = z.string();
  const rename = { version: 2, migrate: (value: unknown, from: number) => ({ name: `${value} of ${from}` }) };

  it('gets older documents migrated, which are written with the next change', () =>
    withFolder(async (folder) => {
      const old = await folder.keep(openDocument(folder.directory, oneText));
      await old.update(() => 'Ada');
      const document = await folder.keep(openDocument(folder.directory, named, rename));
      expect(await document.read()).toEqual({ name: 'Ada of 1' });
      expect(await old.read()).toBe('Ada');
      // The same value in the new version is a change: older programs must know.
      expect((await document.update((before) => before ?? { name: '' })).isNew).toBe(true);
      expect(await document.read()).toEqual({ name: 'Ada of 1' });
      await expect(old.read()).rejects.toMatchObject({ code: 'DOCUMENT_NEWER' });
      await expect(old.update(() => 'Bob')).rejects.toMatchObject({ code: 'DOCUMENT_NEWER' });
      expect(await document.read(1)).toEqual({ name: 'Ada of 1' });
    }));

  it('tells a subscriber who knows only an older version why nothing comes any more', () =>
    withFolder(async (folder) => {
      const warned = once(process, 'warning');
      const old = await folder.keep(openDocument(folder.directory, oneText));
      const stop = old.subscribe(() => {});
      const document = await folder.keep(openDocument(folder.directory, named, rename));
      await document.update(() => ({ name: 'Ada' }));
      const [{ message }] = await warned;
      expect(message).toMatch(/^document: a change could not be read: DocumentError: .*schema version 2/);
      stop();
    }));

  it.each([
    ['no way from the older one', { version: 2 }],
    [
      'one that fails',
      {
        version: 2,
        migrate: () => {
          throw new Error('no');
        },
      },
    ],
  ])('refuses to read with %s', (_, options) =>
    withFolder(async (folder) => {
      await (await folder.keep(openDocument(folder.directory, oneText))).update(() => 'Ada');
      const document = await folder.keep(openDocument(folder.directory, named, options));
      await expect(document.read()).rejects.toMatchObject({ code: 'DOCUMENT_NOT_MIGRATED' });
      await expect(document.update(() => ({ name: '' }))).rejects.toMatchObject({ code: 'DOCUMENT_NOT_MIGRATED' });
    }),
  );

  it('refuses what a migration leaves invalid', () =>
    withFolder(async (folder) => {
      await (await folder.keep(openDocument(folder.directory, oneText))).update(() => 'Ada');
      const document = await folder.keep(openDocument(folder.directory, named, { version: 2, migrate: () => 5 }));
      await expect(document.read()).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    }));
});

describe('the history of a document', () => {
  it('says who changed it and why, and can be read and gone back to', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      await document.update(countUp, { reason: 'first' });
      await document.update(countUp);
      expect(await document.read(1)).toEqual({ count: 1 });
      const { value, generation } = await document.rollback(1, { reason: 'undone' });
      expect({ value, generation }).toEqual({ value: { count: 1 }, generation: 3 });
      expect(await document.read()).toEqual({ count: 1 });
      expect((await document.history()).map(({ operation, reason, client }) => [operation, reason, client])).toEqual([
        ['rollback', 'undone', 'snapdex'],
        ['update', '', 'snapdex'],
        ['update', 'first', 'snapdex'],
      ]);
      expect(await document.history({ limit: 1 })).toHaveLength(1);
    }));

  it('gives back nothing that does not match the schema of today', () =>
    withFolder(async (folder) => {
      const lax = await folder.keep(openDocument(folder.directory, z.any()));
      await lax.update(() => 'not a counter');
      await lax.update(() => ({ count: 1 }));
      const document = await openCounter(folder);
      await expect(document.rollback(1)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
      expect(await document.read()).toEqual({ count: 1 });
    }));

  it('serves the newest intact document where the newest is damaged, and lets nobody build on it', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      await document.update(countUp);
      await document.update(countUp);
      folder.flipByte(2, 'document.json');
      expect(await document.read()).toEqual({ count: 1 });
      expect(folder.warnings).toEqual([expect.stringContaining('does not match its checksum')]);
      await expect(document.update(countUp)).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
      await document.rollback(1);
      expect((await document.update(countUp)).value).toEqual({ count: 2 });
    }));

  it('says that nothing intact is left', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      await document.update(countUp);
      folder.flipByte(1, 'document.json');
      await expect(document.read()).rejects.toMatchObject({ code: 'GENERATION_DAMAGED' });
    }));
});

describe('a subscriber', () => {
  it('is told of the document, and of changes by others, until it has had enough', () =>
    withFolder(async (folder) => {
      const [one, other] = [await openCounter(folder), await openCounter(folder)];
      const told: number[] = [];
      const stop = one.subscribe(({ count }) => told.push(count));
      await until(() => told.length === 1);
      await other.update(countUp);
      await until(() => told.length === 2);
      stop();
      await one.update(countUp);
      await one.read();
      expect(told).toEqual([0, 1]);
    }));

  it('goes on after a document that it cannot read, of which it is warned', () =>
    withFolder(async (folder) => {
      const lax = await folder.keep(openDocument(folder.directory, z.any()));
      const told: number[] = [];
      (await openCounter(folder)).subscribe(({ count }) => told.push(count));
      await until(() => told.length === 1);
      await lax.update(() => 'no counter');
      await until(() => folder.warnings.length === 1);
      await lax.update(() => ({ count: 5 }));
      await until(() => told.length === 2);
      expect(told).toEqual([0, 5]);
    }));

  it('that throws is told to `onWarning`, and goes on hearing as the others do', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      const told: number[] = [];
      document.subscribe(() => {
        throw new Error('mine');
      });
      document.subscribe(({ count }) => told.push(count));
      await until(() => told.length === 1);
      await document.update(countUp);
      await until(() => told.length === 2 && folder.warnings.length === 2);
      const failed = 'subscribe: a listener failed at generation';
      expect(folder.warnings).toEqual([`${failed} 0: Error: mine`, `${failed} 1: Error: mine`]);
    }));

  it('that throws, where he who is told does too, is a warning of the process', () =>
    withFolder(async (folder) => {
      const failing = (): never => {
        throw new Error('mine');
      };
      const warned = once(process, 'warning');
      const document = await folder.keep(openDocument(folder.directory, counterSchema, { onWarning: failing }));
      document.subscribe(failing);
      expect(await warned).toMatchObject([{ message: expect.stringContaining('onWarning failed (Error: mine)') }]);
    }));
});

describe('a subscriber of a store that is made anew', () => {
  it(
    'is told of what is in it, also under a number that it knows',
    () =>
      withFolder(async (folder) => {
        const told: number[] = [];
        (await openCounter(folder)).subscribe(({ count }) => told.push(count));
        await (await openCounter(folder)).update(countUp);
        await until(() => told.at(-1) === 1);
        const away = `${folder.directory}-away`;
        fs.renameSync(folder.directory, away);
        // As long as a watcher needs to miss it.
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        await (await openCounter(folder)).update(() => ({ count: 7 }));
        await until(() => told.at(-1) === 7);
        fs.rmSync(away, { recursive: true });
      }),
    30_000,
  );
});

describe('opening a document', () => {
  it('refuses an initial one that does not match', () =>
    withFolder(async (folder) => {
      const opening = openDocument(folder.directory, z.number().min(1), { initial: 0 });
      await expect(opening).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
      await folder.keep(openDocument(folder.directory, z.number()));
    }));

  it('refuses to read what another program has made of it, with a code', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      const store = await folder.keep(SnapshotStore.open(folder.directory));
      await document.update(() => ({ count: 1 }));
      const { metadata } = await store.snapshot();
      await store.update((draft) => {
        draft.write('document.json', Buffer.from('{'));
        draft.describe({ ...metadata });
      });
      await expect(document.read()).rejects.toMatchObject({
        code: 'DOCUMENT_INVALID',
        message: expect.stringContaining('is no JSON'),
        remedy: expect.stringContaining('Roll back'),
      });
    }));

  it('refuses a store that holds something else', () =>
    withFolder(async (folder) => {
      const store = await folder.keep(SnapshotStore.open(folder.directory));
      await store.update((draft) => draft.write('notes', Buffer.from('mine')));
      await expect(openDocument(folder.directory, counterSchema)).rejects.toMatchObject({ code: 'NOT_A_DOCUMENT' });
      expect(await store.instances()).toHaveLength(1);
    }));

  it('refuses arguments that are none', () =>
    withFolder(async (folder) => {
      const document = await openCounter(folder);
      const open = (schema: unknown, options: object) =>
        Reflect.apply(openDocument, undefined, [folder.directory, schema, options]);
      const invalid = { code: 'INVALID_ARGUMENT' };
      await expect(open({}, {})).rejects.toMatchObject(invalid);
      await expect(open(undefined, {})).rejects.toMatchObject(invalid);
      await expect(open(counterSchema, { version: 0 })).rejects.toMatchObject(invalid);
      await expect(open(counterSchema, { migrate: 'no' })).rejects.toMatchObject(invalid);
      const listed = { code: 'INVALID_OPTION', remedy: expect.stringMatching(/version, migrate, initial, durability/) };
      await expect(open(counterSchema, { mystery: 1 })).rejects.toMatchObject(listed);
      await expect(open(counterSchema, Object.create({ version: 0.5 }))).rejects.toMatchObject(invalid);
      await expect(open(counterSchema, Object.create({ client: 5 }))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      await expect(Reflect.apply(document.update, document, [{ count: 1 }])).rejects.toMatchObject(invalid);
      expect(() => Reflect.apply(document.subscribe, document, [])).toThrow('listener is not a function');
    }));

  it('takes a schema of valibot, with its defaults, transforms and issues', () =>
    withFolder(async (folder) => {
      const since = v.pipe(
        v.string(),
        v.isoDate(),
        v.transform((text) => new Date(text)),
      );
      const schema = v.object({ since, ports: v.optional(v.array(v.object({ port: v.number() })), []) });
      const document = await folder.keep(openDocument(folder.directory, schema));
      const { value } = await document.update(() => ({ since: '2026-01-02' }));
      expect(value).toEqual({ since: new Date('2026-01-02'), ports: [] });
      expect(await document.read()).toEqual(value);
      const refused = document.update(() => JSON.parse('{"since":"2026-01-02","ports":[{"port":"none"}]}'));
      await expect(refused).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', issues: [{ input: 'none' }] });
      await expect(refused).rejects.toThrow('document: ports[0].port: Invalid type: ');
      expect(await document.read()).toEqual(value);
    }));

  it('takes a validator of anybody, also one that is not in time', () =>
    withFolder(async (folder) => {
      const even = {
        '~standard': {
          version: 1,
          vendor: 'nobody',
          validate: async (value: unknown) =>
            Number(value) % 2 === 0
              ? { value: Number(value) }
              : {
                  issues: [
                    { message: 'is odd', path: ['pair', { key: 0 }] },
                    { message: 'pair[1] must be even, as ArkType would say', path: ['pair', 1] },
                  ],
                },
        },
      } as const;
      const document = await folder.keep(openDocument<unknown, number>(folder.directory, even));
      await document.update(() => 4);
      await expect(document.update(() => 5)).rejects.toThrow('document: pair[0]: is odd; pair[1] must be');
      expect(await document.read()).toBe(4);
    }));
});
