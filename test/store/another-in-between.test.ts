import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { type Action, AnotherThread } from './another-thread.js';
import { interrupted } from './counted-calls.js';
import { seeded } from './seed.js';
import { bytesOf, makeTemporaryFolder, textOf } from './with-store.js';

const isFull = process.env.SNAPDEX_FULL === '1';
/** One call in so many is interrupted; all of them with SNAPDEX_FULL=1. */
const EVERY = isFull ? 1 : 5;
/** A lock keeps the other one out most of the time, so the mode without one shows more. */
const MODES = isFull ? (['none', 'file_lock'] as const) : (['none'] as const);
const ACTIONS: readonly Action[] = ['update', 'rollback', 'collect', 'tag', 'verify'];

const OPERATIONS = {
  update: (store: SnapshotStore) =>
    store.update((draft) => {
      draft.write('ours', bytesOf('done'));
      draft.write('left', bytesOf('ours'));
      draft.write('right', bytesOf('ours'));
    }),
  rollback: (store: SnapshotStore) => store.rollback(1),
  collect: (store: SnapshotStore) => store.collect({ keepGenerations: 1, minimumAgeMs: 0 }),
  tag: (store: SnapshotStore) => store.tag('ours'),
  read: readWhole,
} as const;

/** What a race may end with: the other one was in the way, or has taken what was wanted. */
const LOST = ['LOCK_TIMEOUT', 'GENERATION_EXPIRED', 'GENERATION_NOT_FOUND'];

const { seed } = seeded();

/** Two files that every commit writes alike. */
async function readWhole(store: SnapshotStore): Promise<void> {
  await using snapshot = await store.snapshot();
  expect(await textOf(snapshot, 'left')).toBe(await textOf(snapshot, 'right'));
}

async function threeGenerations(): Promise<string> {
  const directory = path.join(makeTemporaryFolder(), 'store');
  await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
  for (const text of ['1', '2', '3']) {
    await store.update((draft) => {
      draft.write('left', bytesOf(text));
      draft.write('right', bytesOf(text));
    });
  }
  return directory;
}

async function outcomeOf(acting: () => Promise<unknown>): Promise<string> {
  try {
    await acting();
    return 'done';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (LOST.includes(code)) return code;
    throw error;
  }
}

const CASES = MODES.flatMap((mode) => Object.entries(OPERATIONS).map(([name, operate]) => ({ mode, name, operate })));

describe.each(CASES)(
  'while another does all of something before any call of $name ($mode)',
  ({ mode, name, operate }) => {
    test.each(ACTIONS)('nothing is lost and nothing is damaged: %s', { timeout: 600_000 }, async (action) => {
      const made = await threeGenerations();
      await using another = new AnotherThread();
      let reached = EVERY;
      for (let at = seed % EVERY; at < reached; at += EVERY) {
        const directory = path.join(makeTemporaryFolder(), 'store');
        fs.cpSync(made, directory, { recursive: true });
        let theirs = '';
        const { environment, count } = interrupted(at, () => {
          theirs = another.do(action, directory, mode);
        });
        const ours = await outcomeOf(async () => {
          await using store = await SnapshotStore.open(directory, {
            environment,
            coordinationMode: mode,
            lockTimeoutMs: 2_000,
            durability: 'deferred',
          });
          await operate(store);
        });
        reached = Math.max(reached, count());
        // Not every run makes the same calls.
        if (theirs !== '') await expectWhole(directory, { ours: [name, ours], theirs: [action, theirs], at });
        fs.rmSync(path.dirname(directory), { recursive: true });
      }
      expect(reached).toBeGreaterThan(10);
    });
  },
);

interface Outcome {
  readonly ours: readonly [string, string];
  readonly theirs: readonly [string, string];
  readonly at: number;
}

async function expectWhole(directory: string, { ours, theirs, at }: Outcome): Promise<void> {
  const told = `before call ${at}: ${ours.join(' ')}, ${theirs.join(' ')}`;
  expect(['done', ...LOST], told).toContain(theirs[1]);
  await using store = await SnapshotStore.open(directory);
  expect((await store.verify()).problems, told).toEqual([]);
  const { files } = await store.snapshot();
  const isRolledBack = [ours, theirs].some(([what, how]) => what === 'rollback' && how === 'done');
  for (const [owner, [what, how]] of [
    ['ours', ours],
    ['theirs', theirs],
  ] as const) {
    if (what === 'update' && !isRolledBack) expect(files.has(owner), told).toBe(how === 'done');
    if (what === 'tag' && how === 'done')
      expect(await store.tags(), told).toContainEqual(expect.objectContaining({ name: owner }));
  }
  await readWhole(store);
  await store.update((draft) => draft.write('afterwards', bytesOf('x')));
}
