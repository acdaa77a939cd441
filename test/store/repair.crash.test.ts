import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { sha256 } from '../../dist/store/manifest.js';
import { dyingProcess } from './dying-process.js';
import { contentsIn, missingFrom } from './preserved-content.js';
import { seeded } from './seed.js';
import { bytesOf, makeTemporaryFolder, textOf, writing } from './with-store.js';

/** What damaged files and what is in the way say; all of it is evidence. */
const SET_ASIDE = ['1', '2', 'X', 'somebody', '{', 'no directory'];
const { seed } = seeded();
const folder = makeTemporaryFolder();
const template = path.join(folder, 'template');
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Everything that a repair knows to do something about, in one store; generation 3 is the newest complete one. */
beforeAll(async () => {
  const store = await SnapshotStore.open(template, { collectAutomatically: false });
  await store.update(writing('a', '1'));
  await store.update((draft) => {
    draft.write('a', bytesOf('2'));
    draft.write('dir/kept', bytesOf('kept'));
  });
  for (const text of ['3', '4']) await store.update(writing('a', text));
  await store.tag('lost', 1);
  await store.close();
  fs.truncateSync(path.join(template, 'generations/0000000001/manifest.json'), 0);
  fs.rmSync(path.join(template, 'generations/0000000002/manifest.json'));
  fs.writeFileSync(path.join(template, 'generations/0000000004/a'), 'X');
  fs.mkdirSync(path.join(template, 'generations/9999999999'));
  fs.writeFileSync(path.join(template, 'generations/9999999999/notes'), 'somebody');
  fs.mkdirSync(path.join(template, 'store.lock/junk'), { recursive: true });
  fs.mkdirSync(path.join(template, 'commit.lock/junk'), { recursive: true });
  fs.writeFileSync(path.join(template, 'tags/bad'), '{');
  fs.rmSync(path.join(template, 'trash'), { recursive: true });
  fs.writeFileSync(path.join(template, 'trash'), 'no directory');
  fs.writeFileSync(path.join(template, 'CURRENT'), 'garbage');
});

/** Repairs `directory` in a process that dies before its changing call number `diesAt`; answers whether it came to its end. */
async function repairUntil(directory: string, diesAt: number): Promise<boolean> {
  const { environment } = dyingProcess(diesAt);
  try {
    await SnapshotStore.repair(directory, { environment, lockTimeoutMs: 0 });
    return true;
  } catch (error) {
    // Anything may come out of a process that is dying.
    if (error instanceof Error) return false;
    throw error;
  }
}

test('a repair that is killed before any of its calls, and again, is finished by the next one, and nothing is lost', async () => {
  const before = contentsIn(template);
  let killed = 0;
  for (let diesAt = 0, isOver = false; !isOver; diesAt++) {
    const directory = path.join(folder, `killed-${diesAt}`);
    fs.cpSync(template, directory, { recursive: true, preserveTimestamps: true });
    isOver = await repairUntil(directory, diesAt);
    killed += isOver ? 0 : 1;
    const where = `killed before call ${diesAt}`;
    expect(missingFrom(directory, before), where).toEqual([]);
    if (!(await repairUntil(directory, (seed + diesAt * 7919) % 40))) killed += 1;
    const { ok, generation, remaining } = await SnapshotStore.repair(directory, { lockTimeoutMs: 0 });
    expect({ ok, remaining, missing: missingFrom(directory, before) }, where).toEqual({
      ok: true,
      remaining: [],
      missing: [],
    });
    const evidence = contentsIn(path.join(directory, 'damaged'));
    expect(
      SET_ASIDE.filter((text) => !evidence.has(sha256(bytesOf(text)))),
      where,
    ).toEqual([]);
    expect(generation, where).toBeGreaterThanOrEqual(5);
    await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
    const snapshot = await store.snapshot();
    expect([await textOf(snapshot, 'a'), await textOf(snapshot, 'dir/kept')], where).toEqual(['3', 'kept']);
    await store.close();
    fs.rmSync(directory, { recursive: true });
  }
  console.log(`${killed} repairs killed`);
  expect(killed).toBeGreaterThan(20);
}, 600_000);
