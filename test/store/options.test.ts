import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { resolveOptions } from '../../dist/store/options.js';
import { failing, withCalls } from './faulty-calls.js';
import { withStore, writing } from './with-store.js';

describe('an option that no default can mend', () => {
  test.each([
    [{ lockTimeoutMs: -1 }, 'lockTimeoutMs -1'],
    [{ lockTimeoutMs: Number.POSITIVE_INFINITY }, 'Infinity is not a finite number of at least 0'],
    [{ retention: { keepGenerations: Number.POSITIVE_INFINITY } }, 'Infinity is not a finite whole number'],
    [{ lockTimeoutMs: Number.NaN }, 'lockTimeoutMs NaN'],
    [{ retention: { keepGenerations: 0 } }, 'keepGenerations 0'],
    [{ retention: { keepGenerations: 1.5 } }, 'keepGenerations 1.5'],
    [{ retention: { maximumTotalBytes: 0 } }, 'maximumTotalBytes 0'],
    [{ client: 'x'.repeat(201) }, 'is not a text of at most 200 characters'],
  ])('%j is refused, with its value', (options, text) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(text) }),
    );
  });

  test.each([
    ['durability', 'sometimes', /is not one of durable, deferred/],
    ['client', 5, /client 5 is not a text/],
    ['readOnly', 'yes', /readOnly 'yes' is not true or false/],
    ['collectAutomatically', 0, /collectAutomatically 0 is not true or false/],
    ['onWarning', 'log', /onWarning 'log' is not a function/],
    ['retention', 5, /retention 5 is not an object/],
    ['retention', { keep: 1 }, /retention: "keep" is not known here/],
    ['retension', {}, /options: "retension" is not known here/],
    ['coordinationMode', 'hope', /is not one of file_lock, none/],
    ['coordinationMode', 'singleton', /any number of processes may open one store/],
  ])('%s %s is refused, as JavaScript may say it', (name, value, message) => {
    const options = {};
    Object.assign(options, { [name]: value });
    expect(() => resolveOptions(options)).toThrow(message);
  });
});

test('who is told of something odd, and throws, does not make a failure of a change that counts', () =>
  withStore(async (folder) => {
    const replaceFile = failing('EIO', () => true, processEnvironment.fileSystem.replaceFile);
    const environment = withCalls({ replaceFile });
    const onWarning = (): never => {
      throw new Error('nobody listens');
    };
    const store = await folder.openOn(folder.storage(environment), { environment, onWarning });
    const heard = once(process, 'warning');
    expect(await store.update(writing('file', 'x'))).toMatchObject({ generation: 1, isNew: true });
    expect(String((await heard)[0])).toMatch(/onWarning failed .*nobody listens.* told: CURRENT was not raised to 1/);
    // It is the pointer's turn again.
    await (await folder.open()).close();
  }));

test('all generations are kept by a number that none reaches, which is said where one asks for infinity', () =>
  withStore(
    async (folder) => {
      await folder.advance(3);
      expect((await folder.store.collect()).retired).toEqual([]);
      const endless = folder.store.collect({ keepGenerations: Number.POSITIVE_INFINITY });
      await expect(endless).rejects.toMatchObject({ remedy: expect.stringContaining('Number.MAX_SAFE_INTEGER') });
    },
    { retention: { keepGenerations: Number.MAX_SAFE_INTEGER, minimumAgeMs: 0 } },
  ));

describe('inherited options', () => {
  class Durability {
    readonly #wanted: string;
    constructor(wanted: string) {
      this.#wanted = wanted;
    }
    get durability(): string {
      return this.#wanted;
    }
  }

  test('are refused as own ones are', () =>
    withStore(async ({ directory, store }) => {
      const refused = (message: string) => ({ code: 'INVALID_OPTION', message: expect.stringContaining(message) });
      const open = Reflect.apply(SnapshotStore.open, SnapshotStore, [directory, new Durability('Durable')]);
      await expect(open).rejects.toMatchObject(refused("durability 'Durable'"));
      await expect(store.collect(Object.create({ keepGenerations: -5 }))).rejects.toMatchObject(refused('-5'));
      await expect(store.collect(Object.create({ keep: 5 }))).rejects.toMatchObject(refused('"keep"'));
      const retention = Object.create({ keepGenerations: 0 });
      await expect(SnapshotStore.open(directory, { retention })).rejects.toMatchObject(refused('keepGenerations 0'));
    }));

  test('are used as own ones are', () =>
    withStore(async (folder) => {
      await folder.advance(3);
      const dryRun = Object.create({ keepGenerations: 1, minimumAgeMs: 0, dryRun: true });
      expect((await folder.store.collect(dryRun)).retired).toEqual([1, 2]);
      const options = Object.create({ client: 'someone' });
      const store = await SnapshotStore.open(folder.directory, options);
      expect((await store.instances()).map(({ client }) => client)).toContain('someone');
      await store.close();
    }));
});
