import fs from 'node:fs';
import nodePath from 'node:path';
import { expect, test } from 'vitest';
import { processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { findSyncProgram, lookForSyncProgram } from '../../dist/store/local/sync-folders.js';
import { makeTemporaryFolder } from './with-store.js';

const nothing = (): undefined => undefined;

/** What is said of a path in a home directory of macOS or Linux where there are no marker files. */
function ofPath(directory: string, variables: Readonly<Record<string, string>> = {}): string | undefined {
  return findSyncProgram(directory, { home: '/home/ada', variables, path: nodePath.posix }, nothing);
}

test.for([
  ['/home/ada/Library/Mobile Documents/com~apple~CloudDocs/notes', 'iCloud Drive'],
  ['/home/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/notes', 'Google Drive'],
  ['/home/ada/Library/CloudStorage/OneDrive-Personal/notes', 'OneDrive'],
  ['/home/ada/Library/CloudStorage/Dropbox/notes', 'Dropbox'],
  ['/home/ada/OneDrive/notes', 'OneDrive'],
  ['/home/ada/OneDrive - Example Ltd/notes', 'OneDrive'],
  ['/home/ada/Library/CloudStorage', undefined],
  ['/home/ada/notes', undefined],
  ['/home/ada', undefined],
  ['/srv/OneDrive/notes', undefined],
  ['/home/ada/OneDriver/notes', undefined],
])('%s is %s', ([directory, program]) => {
  expect(ofPath(directory ?? '')).toBe(program);
});

test('OneDrive is known on Windows by what its client tells the environment, in any spelling', () => {
  const places = {
    home: 'C:\\Users\\Ada',
    variables: { OneDriveCommercial: 'D:\\Work Files' },
    path: nodePath.win32,
  };
  expect(findSyncProgram('d:\\work files\\notes', places, nothing)).toBe('OneDrive');
  expect(findSyncProgram('C:\\Users\\Ada\\iCloudDrive\\notes', places, nothing)).toBe('iCloud Drive');
  expect(findSyncProgram('C:\\Users\\Ada\\notes', places, nothing)).toBeUndefined();
});

test.for([
  ['.dropbox', 'file', 'Dropbox'],
  ['.dropbox.cache', 'directory', 'Dropbox'],
  ['.stfolder', 'directory', 'Syncthing'],
  ['.stfolder', 'file', 'Syncthing'],
  ['.tmp.driveupload', 'directory', 'Google Drive'],
  ['.shortcut-targets-by-id', 'directory', 'Google Drive'],
  // Dropbox keeps its settings in `~/.dropbox`: no sign that the home directory is synced.
  ['.dropbox', 'directory', undefined],
  ['notes.md', 'file', undefined],
] as const)('a folder above that holds %s, a %s, is synced by %s', ([name, kind, program]) => {
  const folder = makeTemporaryFolder();
  const marker = nodePath.join(folder, name);
  if (kind === 'file') fs.writeFileSync(marker, '');
  else fs.mkdirSync(marker);
  expect(lookForSyncProgram(nodePath.join(folder, 'project', 'notes'), processEnvironment.fileSystem)).toBe(program);
  fs.rmSync(folder, { recursive: true });
});

test('a folder named OneDrive is one where its desktop.ini is', () => {
  const folder = nodePath.join(makeTemporaryFolder(), 'OneDrive');
  fs.mkdirSync(folder);
  const look = (): string | undefined => lookForSyncProgram(folder, processEnvironment.fileSystem);
  expect(look()).toBeUndefined();
  fs.writeFileSync(nodePath.join(folder, 'desktop.ini'), '[.ShellClassInfo]\n');
  expect(look()).toBe('OneDrive');
  fs.rmSync(nodePath.dirname(folder), { recursive: true });
});

test('a store in a sync folder says so in one sentence each time it is opened, and works', async () => {
  const folder = makeTemporaryFolder();
  fs.mkdirSync(nodePath.join(folder, '.dropbox.cache'));
  const directory = nodePath.join(folder, 'project', '.snapdex');
  const warnings: string[] = [];
  for (const readOnly of [false, true]) {
    await using store = await SnapshotStore.open(directory, { readOnly, onWarning: (text) => warnings.push(text) });
    expect(store.describe().traits.warnings).toEqual(warnings.slice(-1));
    if (!readOnly) await store.update((draft) => draft.write('a', Buffer.from('1')));
    expect((await store.verify()).problems).toEqual([]);
  }
  expect(warnings).toEqual([expect.stringMatching(/in a folder that Dropbox copies/), warnings[0]]);
  fs.rmSync(folder, { recursive: true });
});
