import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Environment, FileLock, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { failing, withCalls } from './faulty-calls.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'snapdex-lock-'));
  mkdirSync(path.join(folder, 'drafts'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The shortest stale time there is, so that the holder refreshes its lock every second. */
function lockIn(directory: string, environment: Environment = processEnvironment): FileLock {
  const draftsPath = path.join(directory, 'drafts');
  return new FileLock({
    path: path.join(directory, 'x.lock'),
    draftsPath,
    environment,
    staleMs: 2_000,
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('a lock that is refreshed many times is still held', async () => {
  const held = await lockIn(folder).acquire({ mode: 'exclusive', holder: 'a-1' });
  await pause(5_000);
  expect(held.isLost).toBe(false);
  expect(await lockIn(folder).tryAcquire({ mode: 'exclusive', holder: 'b-1' })).toBeUndefined();
  await held.release();
});

it('whoever waits in vain is told that a holder who is alive and busy stays', async () => {
  const options = { path: path.join(folder, 'x.lock'), draftsPath: path.join(folder, 'drafts'), replacesSilent: true };
  const lock = new FileLock({ ...options, environment: processEnvironment });
  const held = await lock.acquire({ mode: 'exclusive', holder: 'a-1' });
  const waiting = lock.acquire({ mode: 'exclusive', holder: 'b-1', timeoutMs: 1 });
  const message = expect.stringContaining(`process ${process.pid} on `);
  const remedy = expect.stringContaining('alive and busy');
  await expect(waiting).rejects.toMatchObject({ code: 'LOCK_TIMEOUT', message, remedy });
  await held.release();
});

it('a holder whose file is gone learns that the lock is lost', async () => {
  let lost = 0;
  const held = await lockIn(folder).acquire({ mode: 'exclusive', holder: 'a-1', onLost: () => lost++ });
  rmSync(path.join(folder, 'x.lock', 'a-1'));
  await pause(2_500);
  expect([held.isLost, lost]).toEqual([true, 1]);
  await held.release();
});

it('what a holder throws when it learns that ends no process', async () => {
  const warnings: string[] = [];
  const listen = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', listen);
  const onLost = (): never => {
    throw new Error('mine');
  };
  const held = await lockIn(folder).acquire({ mode: 'exclusive', holder: 'a-1', onLost });
  rmSync(path.join(folder, 'x.lock', 'a-1'));
  await pause(2_500);
  process.off('warning', listen);
  expect(warnings).toEqual([expect.stringMatching(/x\.lock: onLost failed: Error: mine$/)]);
  await held.release();
});

it('what a holder of a lease throws, or rejects with, is told to onWarning', async () => {
  const warnings: string[] = [];
  const directory = path.join(folder, 'store');
  await using store = await SnapshotStore.open(directory, { onWarning: (message) => warnings.push(message) });
  const onLost = async (): Promise<never> => Promise.reject(new Error('mine'));
  await store.tryLease('work', { onLost });
  for (const holder of readdirSync(path.join(directory, 'work.lock')))
    rmSync(path.join(directory, 'work.lock', holder));
  await pause(7_000);
  expect(warnings).toEqual(['lease work: onLost failed: Error: mine']);
});

describe.each(['EMFILE', 'ENOTDIR'])('while nobody can look at the lock (%s)', (code) => {
  let isFailing = false;
  const environment = withCalls({
    readDirectory: failing(code, () => isFailing, processEnvironment.fileSystem.readDirectory),
  });

  it('its holder goes on, and keeps it if that passes', async () => {
    const held = await lockIn(folder, environment).acquire({ mode: 'exclusive', holder: 'a-1' });
    isFailing = true;
    await pause(1_300);
    isFailing = false;
    await pause(2_500);
    expect(held.isLost).toBe(false);
    await held.release();
  });

  it('its holder learns that the lock is lost once others may have it', async () => {
    let lost = 0;
    const lock = lockIn(folder, environment);
    const held = await lock.acquire({ mode: 'exclusive', holder: 'a-1', onLost: () => lost++ });
    isFailing = true;
    await pause(4_500);
    expect([held.isLost, lost]).toEqual([true, 1]);
    isFailing = false;
    await held.release();
    const next = await lock.acquire({ mode: 'exclusive', holder: 'b-1' });
    await next.release();
  });
});
