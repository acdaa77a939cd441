import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, exportSnapshot, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { dyingProcess } from './dying-process.js';
import { bytesOf, type StoreFolder, textOf, withStore } from './with-store.js';

const LEFT = 'snapdex-export-0123456789abcdef.partial';
const ANOTHER_HOST = { ...processEnvironment.identity(), host: 'another-host' };
const A_DAY_AND_MORE_MS = 25 * 3_600_000;

function besides(folder: StoreFolder, ...names: readonly string[]): string {
  return path.join(path.dirname(folder.directory), ...names);
}

async function exportTo(
  folder: StoreFolder,
  name: string,
  environment: Environment = processEnvironment,
): Promise<void> {
  await exportSnapshot(await folder.store.snapshot(), besides(folder, name), { method: 'copy', environment });
}

/** An export that is killed before each of its changing calls in turn, each time into a new target. */
async function forEachKill(
  folder: StoreFolder,
  { isTargetThere }: { readonly isTargetThere: boolean },
  check: (target: string) => Promise<void>,
): Promise<void> {
  for (let diesAt = 0; ; diesAt++) {
    const target = `copy-${diesAt}`;
    if (isTargetThere) fs.mkdirSync(besides(folder, target));
    const { environment, calls } = dyingProcess(diesAt);
    await exportTo(folder, target, environment).catch(() => {});
    if (calls.length < diesAt) return;
    await check(target);
  }
}

async function expectWhole(folder: StoreFolder, target: string): Promise<void> {
  const store = await SnapshotStore.open(besides(folder, target));
  expect(await textOf(await store.snapshot(), 'folder/b')).toBe('two');
  expect(await store.instances()).toHaveLength(1);
  expect((await store.verify()).ok).toBe(true);
  await store.close();
}

async function commitOne({ store }: StoreFolder): Promise<void> {
  await store.update((draft) => {
    draft.write('a', bytesOf('one'));
    draft.write('folder/b', bytesOf('two'));
  });
}

describe('what a killed export has left', () => {
  test('in an empty directory gives way to the next one into it, or is named with what to do', () =>
    withStore(async (folder) => {
      await commitOne(folder);
      let named = 0;
      await forEachKill(folder, { isTargetThere: true }, async (target) => {
        const left = fs.readdirSync(besides(folder, target));
        // It had its generations already, and is whole.
        if (left.includes('generations')) return expectWhole(folder, target);
        await exportTo(folder, target).then(
          () => expectWhole(folder, target),
          (error: unknown) => {
            named += 1;
            const [unfinished = ''] = left.filter((name) => name.endsWith('.partial'));
            expect(error).toMatchObject({
              code: 'TARGET_EXISTS',
              message: expect.stringContaining(unfinished),
              remedy: expect.stringContaining('delete'),
            });
          },
        );
      });
      // It had not said yet whose it was, or did not any more: within two calls each.
      expect(named).toBeLessThanOrEqual(4);
    }));

  test('beside its target is cleared away by the next one', () =>
    withStore(async (folder) => {
      await commitOne(folder);
      await forEachKill(folder, { isTargetThere: false }, async (target) => {
        if (!fs.existsSync(besides(folder, target))) await exportTo(folder, target);
        await expectWhole(folder, target);
      });
      const left = fs.readdirSync(besides(folder)).filter((name) => name.endsWith('.partial'));
      expect(left.length).toBeLessThanOrEqual(4);
    }));
});

describe('the directory of an unfinished export', () => {
  test.each<[string, (left: string) => void]>([
    ['of a process that lives', (left) => writeHolder(left, processEnvironment.identity())],
    ['of another host', (left) => writeHolder(left, ANOTHER_HOST)],
    ['that does not say whose it is', () => {}],
    ['whose record has no bytes yet', (left) => fs.writeFileSync(path.join(left, 'instances/0123456789abcdef'), '')],
  ])('%s is left alone and named', (_what, prepare) =>
    withStore(async (folder) => {
      await commitOne(folder);
      const left = besides(folder, 'copy', LEFT);
      fs.mkdirSync(path.join(left, 'instances'), { recursive: true });
      prepare(left);
      await expect(exportTo(folder, 'copy')).rejects.toMatchObject({
        code: 'TARGET_EXISTS',
        message: expect.stringContaining(LEFT),
      });
      expect(fs.existsSync(left)).toBe(true);
    }),
  );

  test('that nobody has touched for a day, and that does not say whose it is, goes', () =>
    withStore(async (folder) => {
      await commitOne(folder);
      fs.mkdirSync(besides(folder, 'copy', LEFT, 'generations'), { recursive: true });
      await exportTo(folder, 'copy', afterADay());
      await expectWhole(folder, 'copy');
    }));

  test.each([
    ['beside which', 'copy', 'notes.txt'],
    ['in which', 'copy', LEFT, 'notes.txt'],
  ])('%s somebody keeps a file is left alone, however old', (_where, ...file) =>
    withStore(async (folder) => {
      await commitOne(folder);
      fs.mkdirSync(besides(folder, 'copy', LEFT), { recursive: true });
      fs.writeFileSync(besides(folder, ...file), 'mine');
      await expect(exportTo(folder, 'copy', afterADay())).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      expect(fs.readFileSync(besides(folder, ...file), 'utf8')).toBe('mine');
    }),
  );
});

function afterADay(): Environment {
  return { ...processEnvironment, now: () => Date.now() + A_DAY_AND_MORE_MS };
}

function writeHolder(left: string, identity: unknown): void {
  fs.writeFileSync(path.join(left, 'instances/0123456789abcdef'), JSON.stringify({ identity }));
}

test('an export whose listener ends it and fails hands on what the listener threw', () =>
  withStore(async (folder) => {
    await commitOne(folder);
    const ending = new AbortController();
    const exporting = exportSnapshot(await folder.store.snapshot(), besides(folder, 'copy'), {
      signal: ending.signal,
      onProgress: () => {
        ending.abort(new Error('enough'));
        throw new Error('mine');
      },
    });
    await expect(exporting).rejects.toThrow(/^mine$/);
    expect(fs.readdirSync(besides(folder))).toEqual(['store']);
  }));
