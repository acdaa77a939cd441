import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeForbiddenRoot, resolveRoot } from '../../../dist/search/documents/index.js';
import { projectWith } from './project-folder.js';

const linux = { homeDirectory: '/home/ada', temporaryDirectory: '/tmp', platform: 'linux' } as const;
const mac = {
  homeDirectory: '/Users/ada',
  temporaryDirectory: '/private/var/folders/x/T',
  platform: 'darwin',
} as const;
const windows = {
  homeDirectory: 'C:\\Users\\ada',
  temporaryDirectory: 'C:\\Users\\ada\\AppData\\Local\\Temp',
  platform: 'win32',
} as const;

describe('on Linux', () => {
  test.each([
    '/',
    '/home',
    '/home/ada',
    '/etc',
    '/etc/nginx',
    '/usr/share/doc',
    '/lib64',
    '/var/log',
    '/proc/1',
    '/tmp',
    '/opt',
    '/run',
  ])('%s is refused', (path) => expect(describeForbiddenRoot(path, linux)).toBeTypeOf('string'));
  test.each([
    '/home/ada/notes',
    '/home/bob/x',
    '/tmp/x',
    '/opt/x',
    '/srv',
    '/mnt/d',
    '/usr/src/app',
    '/var/www/a',
    '/etcetera',
    '/work',
    '/dev/shm/x',
  ])('%s is fine', (path) => expect(describeForbiddenRoot(path, linux)).toBeUndefined());
  test('a project in a home that lies in a system tree is fine', () => {
    expect(
      describeForbiddenRoot('/var/lib/jenkins/x', { ...linux, homeDirectory: '/var/lib/jenkins' }),
    ).toBeUndefined();
  });
  test('a home that is the root of the file system allows nothing more', () => {
    expect(describeForbiddenRoot('/etc/x', { ...linux, homeDirectory: '/' })).toBe('a system directory');
  });
});

describe('on macOS', () => {
  test.each([
    '/Users',
    '/Users/ada',
    '/System/Library',
    '/Library',
    '/Applications/X.app',
    '/private/etc',
    '/private/var/db',
    '/private/var/folders/x/T',
  ])('%s is refused', (path) => expect(describeForbiddenRoot(path, mac)).toBeTypeOf('string'));
  test.each(['/Users/ada/notes', '/private/var/folders/x/T/y', '/private/tmp/x', '/Volumes/disk/x'])(
    '%s is fine',
    (path) => expect(describeForbiddenRoot(path, mac)).toBeUndefined(),
  );
});

describe('on Windows', () => {
  test.each(['C:\\', 'D:\\', 'C:\\Users', 'c:\\users\\ADA', 'C:\\Windows\\System32', 'C:\\Program Files (x86)\\x'])(
    '%s is refused',
    (path) => expect(describeForbiddenRoot(path, windows)).toBeTypeOf('string'),
  );
  test.each(['C:\\Users\\ada\\notes', 'D:\\notes', 'C:\\Windowsill'])('%s is fine', (path) =>
    expect(describeForbiddenRoot(path, windows)).toBeUndefined(),
  );
});

test('a root that is a symlink is resolved', () => {
  const root = projectWith({ 'real/a.md': '' });
  symlinkSync('real', join(root, 'link'));
  expect(resolveRoot(join(root, 'link'))).toBe(join(root, 'real'));
});

test('a symlink to a system directory is refused', () => {
  const root = projectWith();
  symlinkSync('/etc', join(root, 'link'));
  expect(() => resolveRoot(join(root, 'link'))).toThrow(expect.objectContaining({ code: 'ROOT_FORBIDDEN' }));
});

test('a root that is missing or a file is refused, each with its own code and a remedy', () => {
  const root = projectWith({ 'a.md': '' });
  expect(() => resolveRoot(join(root, 'b'))).toThrow(
    expect.objectContaining({ code: 'ROOT_MISSING', remedy: expect.any(String) }),
  );
  expect(() => resolveRoot(join(root, 'a.md'))).toThrow(expect.objectContaining({ code: 'ROOT_NOT_A_DIRECTORY' }));
});
