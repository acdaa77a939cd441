import os from 'node:os';
import { expect, test } from 'vitest';
import { isSystemError, storeErrorFrom } from '../../dist/store/errors.js';
import { forEachTogether } from '../../dist/store/for-each-together.js';

/** What Node throws for an error number that it has no name for. */
function unnamed(errno: number): Error {
  return Object.assign(new Error(`Unknown system error -${errno}, write`), {
    code: `Unknown system error -${errno}`,
    errno: -errno,
  });
}

test('a quota that is used up is no space left, though Node has no name for it', () => {
  expect(storeErrorFrom(unnamed(os.constants.errno.EDQUOT), 'commit').code).toBe('NO_SPACE');
});

test('a stale file handle has its name, though Node has none for it', () => {
  expect(isSystemError(unnamed(os.constants.errno.ESTALE), 'ESTALE')).toBe(true);
});

test('whatever was thrown becomes an error with a code, a remedy and its cause', () => {
  const found = storeErrorFrom('text that somebody threw', 'commit');
  expect(found).toMatchObject({ code: 'IO_FAILED', cause: 'text that somebody threw' });
  expect([found.message, found.remedy === '']).toEqual(['commit: text that somebody threw', false]);
});

test('after the first failure nothing more is begun, and that failure is the one that is told', async () => {
  const begun: number[] = [];
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  const working = forEachTogether(items, async (item) => {
    begun.push(item);
    await Promise.resolve();
    throw new Error(`item ${item}`);
  });
  await expect(working).rejects.toThrow('item 0');
  expect(begun.length).toBeLessThan(items.length);
});
