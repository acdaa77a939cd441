import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, FileLock, processEnvironment } from '../../dist/store/index.js';
import { releaseLockDirectory } from '../../dist/store/local/lock-directory.js';
import type { ProcessIdentity } from '../../dist/store/process-identity.js';
import { makeTemporaryFolder } from './with-store.js';

const HOLD_LOCK = fileURLToPath(new URL('../process/hold-lock.mjs', import.meta.url));
let folder = '';
let holders = 0;

beforeEach(() => {
  folder = makeTemporaryFolder();
  for (const name of ['drafts', 'shared']) fs.mkdirSync(path.join(folder, name));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const lockPath = (): string => path.join(folder, 'test.lock');

function makeLock(
  environment: Environment = processEnvironment,
  options: { readonly replacesSilent?: boolean } = {},
): FileLock {
  const [draftsPath, sharedPath] = [path.join(folder, 'drafts'), path.join(folder, 'shared')];
  return new FileLock({ path: lockPath(), draftsPath, sharedPath, environment, ...options });
}

/** A lock that only gives order. */
const makeOrder = (environment: Environment): FileLock => makeLock(environment, { replacesSilent: true });

/** What one waiter asks for. */
function asking(mode: 'exclusive' | 'shared' = 'exclusive'): { mode: typeof mode; holder: string; record: Uint8Array } {
  holders += 1;
  const record = Buffer.from(JSON.stringify({ identity: processEnvironment.identity() }));
  return { mode, holder: `holder-${holders}`, record };
}

/** A process that holds the lock. */
async function holdElsewhere(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLD_LOCK, lockPath(), path.join(folder, 'drafts'), 'child-1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A lock that was left by a process of this identity. */
function leaveLock(identity: Partial<ProcessIdentity>): void {
  fs.mkdirSync(lockPath());
  const content = JSON.stringify({ ...processEnvironment.identity(), ...identity });
  fs.writeFileSync(path.join(lockPath(), 'left-1'), content);
}

/** A lock as a power cut leaves it: the name of its holder, and nothing of what the holder wrote. */
function leaveLockWithoutBytes(): void {
  fs.mkdirSync(lockPath());
  fs.writeFileSync(path.join(lockPath(), 'left-1'), '');
}

/** An environment in which nothing can be removed until a test allows it. */
function makeStubborn(): { readonly environment: Environment; relent(): void } {
  const { fileSystem } = processEnvironment;
  let isStubborn = true;
  const removeFile = (file: string): void => {
    if (isStubborn) throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
    fileSystem.removeFile(file);
  };
  return {
    environment: { ...processEnvironment, fileSystem: { ...fileSystem, removeFile } },
    relent: () => {
      isStubborn = false;
    },
  };
}

/** An environment whose clock a test holds. */
function makeClock(): { readonly environment: Environment; advance(ms: number): void } {
  let nowMs = 0;
  return {
    environment: { ...processEnvironment, monotonicMs: () => nowMs },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

describe('a lock', () => {
  test('has one exclusive holder at a time', async () => {
    const held = await makeLock().acquire(asking());
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
    await held.release();
    await (await makeLock().acquire(asking())).release();
  });

  test('has any number of shared holders, who keep an exclusive one out', async () => {
    const held = await Promise.all([makeLock().acquire(asking('shared')), makeLock().acquire(asking('shared'))]);
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
    for (const one of held) await one.release();
    await (await makeLock().acquire(asking())).release();
  });

  test('keeps shared holders out while it is held exclusively', async () => {
    const held = await makeLock().acquire(asking());
    expect(await makeLock().tryAcquire(asking('shared'))).toBeUndefined();
    await held.release();
    await (await makeLock().acquire(asking('shared'))).release();
  });

  test('that is not free in time says who holds it', async () => {
    const held = await makeLock().acquire(asking());
    const waiting = makeLock().acquire({ ...asking(), timeoutMs: 30 });
    await expect(waiting).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await held.release();
  });

  test('that is not free in time for a shared holder says who holds it', async () => {
    const held = await makeLock().acquire(asking());
    const waiting = makeLock().acquire({ ...asking('shared'), timeoutMs: 10 });
    await expect(waiting).rejects.toThrow(`process ${process.pid} on`);
    await held.release();
  });

  test('that is held shared says how many hold it', async () => {
    const first = await makeLock().acquire(asking('shared'));
    const asked = (): Promise<unknown> => makeLock().acquire({ ...asking(), timeoutMs: 0 });
    await expect(asked()).rejects.toThrow('1 open instance holds it');
    const second = await makeLock().acquire(asking('shared'));
    await expect(asked()).rejects.toThrow('2 open instances hold it');
    for (const held of [first, second]) await held.release();
  });

  test('that a dead process left is held by nobody', () => {
    leaveLock({ pid: 999_999_999 });
    expect(makeLock().findHolder()).toBeUndefined();
  });

  test('that could not be let go is free for all as soon as the file system lets it go', async () => {
    const { environment, relent } = makeStubborn();
    const held = await makeLock(environment).acquire(asking());
    await held.release();
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
    relent();
    await (await makeLock().acquire(asking())).release();
  });

  test('that could not be let go does not stand in the way of its own process', async () => {
    const { environment, relent } = makeStubborn();
    const lock = makeLock(environment);
    await (await lock.acquire(asking())).release();
    relent();
    await (await lock.acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('leaves nothing behind when it is let go, nor when it was not free', async () => {
    const held = await makeLock().acquire(asking());
    await makeLock().tryAcquire(asking());
    await held.release();
    expect([fs.existsSync(lockPath()), fs.readdirSync(path.join(folder, 'drafts'))]).toEqual([false, []]);
  });

  test('of a killed process is taken over at the first look', async () => {
    const child = await holdElsewhere();
    const lock = makeLock(makeClock().environment);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    await kill(child);
    await (await makeLock(makeClock().environment).acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('whose holder lost its bytes to a power cut is taken over at the first look', async () => {
    leaveLockWithoutBytes();
    await (await makeLock(makeClock().environment).acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('held shared by a record that lost its bytes to a power cut is free for an exclusive holder', async () => {
    fs.writeFileSync(path.join(folder, 'shared', 'left-1'), '\0\0\0');
    await (await makeLock(makeClock().environment).acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('of a killed process goes to one of many waiters', async () => {
    await kill(await holdElsewhere());
    const taken = await Promise.all(Array.from({ length: 8 }, () => makeLock().tryAcquire(asking())));
    expect(taken.filter((held) => held !== undefined)).toHaveLength(1);
  });

  test('is not taken from the next holder by who comes late to a dead one', async () => {
    leaveLock({ pid: 999_999_999 });
    const held = await makeLock().acquire(asking());
    // What a waiter does that had seen the dead holder before.

    const { fileSystem } = processEnvironment;
    releaseLockDirectory({ fileSystem, path: lockPath(), draftsPath: folder, isHolder: () => true }, 'left-1');
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
    await held.release();
  });

  test('of a pid that another process has now is taken over at once', async () => {
    leaveLock({ pid: process.ppid, startTime: '1' });
    await (await makeLock().acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('from before a reboot is taken over at once', async () => {
    leaveLock({ bootId: 'the boot before' });
    await (await makeLock().acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('of another host is taken over after ten silent seconds of the waiter', async () => {
    leaveLock({ host: 'elsewhere' });
    const { environment, advance } = makeClock();
    const lock = makeLock(environment);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(9_900);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(200);
    await (await lock.acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('of another host that gives signs of life is never taken over', async () => {
    leaveLock({ host: 'elsewhere' });
    const { environment, advance } = makeClock();
    const lock = makeLock(environment);
    for (let beat = 1; beat < 5; beat++) {
      fs.utimesSync(lockPath(), beat, beat);
      expect(await lock.tryAcquire(asking())).toBeUndefined();
      advance(9_000);
    }
  });

  test('of another container on this host is judged by signs of life, not by its pid', async () => {
    leaveLock({ pidNamespace: 'pid:[1]', pid: 999_999_999 });
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
  });

  test('of a live process is never taken, however long it is held', async () => {
    const child = await holdElsewhere();
    const { environment, advance } = makeClock();
    const lock = makeLock(environment);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(3_600_000);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    await kill(child);
  });

  test('of a live process that is held shared is not taken either', async () => {
    const held = await makeLock().acquire(asking('shared'));
    const { environment, advance } = makeClock();
    const lock = makeLock(environment);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(3_600_000);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    await held.release();
  });

  test('that only gives order is taken from a stopped process after ten silent seconds of the waiter', async () => {
    const child = await holdElsewhere();
    child.kill('SIGSTOP');
    const { environment, advance } = makeClock();
    const lock = makeOrder(environment);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(9_900);
    expect(await lock.tryAcquire(asking())).toBeUndefined();
    advance(200);
    const held = await lock.acquire({ ...asking(), timeoutMs: 0 });
    // Awake again, it lets nothing go that is not its own any more.
    child.kill('SIGCONT');
    await kill(child);
    expect(makeLock().findHolder()?.name).toBe(`holder-${holders}`);
    await held.release();
  });

  test('that only gives order is never taken from a process that gives signs of life', async () => {
    leaveLock({});
    const { environment, advance } = makeClock();
    const lock = makeOrder(environment);
    for (let beat = 1; beat < 5; beat++) {
      fs.utimesSync(lockPath(), beat, beat);
      expect(await lock.tryAcquire(asking())).toBeUndefined();
      advance(9_000);
    }
  });

  test('is watched by a process, not by one of its objects: who opens it anew goes on from what was seen', async () => {
    leaveLock({});
    const { environment, advance } = makeClock();
    expect(await makeOrder(environment).tryAcquire(asking())).toBeUndefined();
    advance(10_001);
    await (await makeOrder(environment).acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('that is not free in time says how long its holder has been silent, and when it is replaced', async () => {
    leaveLock({});
    const { environment, advance } = makeClock();
    const asked = (): Promise<unknown> => makeOrder(environment).acquire({ ...asking(), timeoutMs: 0 });
    await expect(asked()).rejects.toMatchObject({
      message: expect.stringMatching(/; process \d+ on \S+ took it$/),
      remedy: expect.stringContaining('no sign of life for 10 seconds'),
    });
    advance(6_500);
    await expect(asked()).rejects.toThrow('took it and has shown no sign of life for 6 s');
  });

  test('whose folder was left empty is free', async () => {
    fs.mkdirSync(lockPath());
    await (await makeLock().acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('is free after its second holder, also when the first one lost it and lets go late', async () => {
    const first = await makeLock().acquire(asking());
    fs.rmSync(lockPath(), { recursive: true });
    const second = await makeLock().acquire(asking());
    await first.release();
    expect(await makeLock().tryAcquire(asking())).toBeUndefined();
    await second.release();
    await (await makeLock().acquire({ ...asking(), timeoutMs: 0 })).release();
  });

  test('that is a file says what is in the way', async () => {
    fs.writeFileSync(lockPath(), '');
    await expect(makeLock().acquire(asking())).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});
