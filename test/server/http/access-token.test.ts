import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readAccessToken } from '../../../dist/server/http/access-token.js';

const folder = mkdtempSync(join(tmpdir(), 'snapdex-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = 'not-to-be-told-to-anybody-1234567890';

function tokenOf(tokenFile: string | undefined, environment: Record<string, string> = {}) {
  return readAccessToken({ tokenFile, environment });
}

it('a file that is not there is made with a token, for this user alone, and read from then on', () => {
  const file = join(folder, 'new', 'token');
  const made = tokenOf(file);
  expect(made).toMatchObject({ place: file, isNew: true, value: expect.stringMatching(/^[\w-]{43}$/) });
  expect(readFileSync(file, 'utf8').trim()).toBe(made?.value);
  if (process.platform !== 'win32') {
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'new')).mode & 0o777]).toEqual([0o600, 0o700]);
  }
  expect(tokenOf(file)).toEqual({ ...made, isNew: false });
});

it('the variable wins over a file, and without either there is none', () => {
  expect(tokenOf(join(folder, 'unused'), { SNAPDEX_TOKEN: ` ${SECRET} ` })).toEqual({
    value: SECRET,
    place: 'SNAPDEX_TOKEN',
    isNew: false,
  });
  expect(tokenOf(undefined, { SNAPDEX_TOKEN: '' })).toBeUndefined();
});

it.each([
  ['short', 'found 5'],
  [`${'x'.repeat(15)}=====`, 'found 15'],
  ['x'.repeat(1001), 'found 1001'],
  ['a token of many words', 'found other characters in it'],
])('a token that is none is refused with what is wrong with it, and is not told: %s', (token, found) => {
  const message = `SNAPDEX_TOKEN: expected a token of 16 to 1000 letters, digits and -._~+/, ${found}`;
  expect(() => tokenOf(undefined, { SNAPDEX_TOKEN: token })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  );
});

it.skipIf(process.platform === 'win32')('a file that others may read is refused', () => {
  const file = join(folder, 'open');
  writeFileSync(file, SECRET);
  chmodSync(file, 0o640);
  expect(() => tokenOf(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => tokenOf(file)).toThrow(/other users/);
});

it('a folder in the place of the file is refused', () => {
  const place = join(folder, 'folder');
  mkdirSync(place);
  expect(() => tokenOf(place)).toThrow(/is not a regular file/);
});

it('a file that cannot be made says why', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => tokenOf(join(folder, 'file', 'token'))).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
});

it.each(['short', `${SECRET} with spaces`, `${SECRET}ü`, `${SECRET}\n${SECRET}`])(
  'what is no token is refused without being repeated: %j',
  (text) => {
    const file = join(folder, 'bad');
    writeFileSync(file, text, { mode: 0o600 });
    for (const attempt of [() => tokenOf(file), () => tokenOf(undefined, { SNAPDEX_TOKEN: text })]) {
      expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining(text) }));
    }
  },
);
