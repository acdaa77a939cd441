import os from 'node:os';
import { expect, test } from 'vitest';
import { isSystemError, storeErrorFrom } from '../../dist/store/errors.js';

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
