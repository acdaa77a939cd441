/** How long others wait for somebody elsewhere who says nothing. */
import { expect, test } from 'vitest';
import { type Environment, processEnvironment } from '../../../dist/store/index.js';
import { MemoryPlace } from './object-places.js';

const SECOND_MS = 1_000;

/** A machine of that name, whose clock goes on as its test wants it. */
function machineNamed(host: string): { readonly environment: Environment; readonly advance: (ms: number) => void } {
  let laterMs = 0;
  const identity = { ...processEnvironment.identity(), host };
  return {
    environment: {
      ...processEnvironment,
      identity: () => identity,
      monotonicMs: () => performance.now() + laterMs,
    },
    advance: (ms) => {
      laterMs += ms;
    },
  };
}

test('a lease of another machine is taken over after half a minute without a sign of life, and not before', async () => {
  await using place = new MemoryPlace();
  const there = place.connect(machineNamed('there').environment);
  await there.prepare();
  const wanted = { name: 'work', onLost: () => {} };
  const held = await there.tryLease({ ...wanted, holder: 'a-1' });
  const here = machineNamed('here');
  const storage = place.connect(here.environment);
  const take = async (): Promise<boolean> => (await storage.tryLease({ ...wanted, holder: 'b-1' })) !== undefined;
  expect(await take()).toBe(false);
  here.advance(25 * SECOND_MS);
  expect(await take()).toBe(false);
  here.advance(10 * SECOND_MS);
  expect(await take()).toBe(true);
  await held?.release();
});

test('the lock of writers is taken over after ten seconds', async () => {
  await using place = new MemoryPlace();
  const there = place.connect(machineNamed('there').environment);
  await there.prepare();
  const held = await there.lockCommits({ holder: 'a-1', timeoutMs: 0 });
  const here = machineNamed('here');
  const storage = place.connect(here.environment);
  const take = (): Promise<unknown> => storage.lockCommits({ holder: 'b-1', timeoutMs: 0 });
  await expect(take()).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
  here.advance(12 * SECOND_MS);
  await expect(take()).resolves.toMatchObject({ isLost: false });
  await held.release();
});
