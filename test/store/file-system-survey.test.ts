import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Environment, processEnvironment, surveyFileSystem } from '../../dist/store/index.js';
import { makeTemporaryFolder, withStore } from './with-store.js';

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

function withFileSystem(changed: Partial<Environment['fileSystem']>): Environment {
  return { ...processEnvironment, fileSystem: { ...processEnvironment.fileSystem, ...changed } };
}

test('a place is surveyed before there is a store, and nothing of it stays', async () => {
  const folder = makeTemporaryFolder();
  const survey = await surveyFileSystem(path.join(folder, 'not', 'there', 'yet'));
  expect(survey).toMatchObject({ exclusiveRename: true, watching: true, syncFolder: undefined });
  expect(fs.readdirSync(folder)).toEqual([]);
  fs.rmSync(folder, { recursive: true });
});

test('a store is surveyed among its drafts, and nothing of it stays', () =>
  withStore(async (folder) => {
    const made: string[] = [];
    const makeDirectory = (directory: string): void => {
      made.push(path.dirname(directory));
      processEnvironment.fileSystem.makeDirectory(directory);
    };
    await surveyFileSystem(folder.directory, withFileSystem({ makeDirectory }));
    expect(made[0]).toBe(folder.path('drafts'));
    expect(folder.list('drafts')).toEqual([]);
  }));

test('what a file system lacks is told from what could not be tried', async () => {
  const folder = makeTemporaryFolder();
  const lacking = withFileSystem({
    rename: (from, to) => {
      fs.rmSync(to, { recursive: true });
      fs.renameSync(from, to);
    },
    syncFile: () => Promise.reject(systemError('EINVAL')),
    watchDirectory: () => {
      throw systemError('ENOSYS');
    },
  });
  const lacks = { isFull: false, exclusiveRename: false, directorySync: false, watching: false };
  expect(await surveyFileSystem(folder, lacking)).toMatchObject(lacks);
  const full = withFileSystem({
    makeDirectory: () => {
      throw systemError('ENOSPC');
    },
  });
  const unknown = {
    isFull: true,
    exclusiveRename: undefined,
    directorySync: undefined,
    hardLinks: undefined,
    watching: undefined,
  };
  expect(await surveyFileSystem(folder, full)).toMatchObject(unknown);
  expect(fs.readdirSync(folder)).toEqual([]);
  fs.rmSync(folder, { recursive: true });
});

test('the program that syncs the place is named', async () => {
  const folder = makeTemporaryFolder();
  fs.mkdirSync(path.join(folder, '.stfolder'));
  expect((await surveyFileSystem(path.join(folder, 'project'))).syncFolder).toBe('Syncthing');
  fs.rmSync(folder, { recursive: true });
});

test('a disk on which only the trial of renaming finds no room is full too', async () => {
  const folder = makeTemporaryFolder();
  let made = 0;
  const makeDirectory = (directory: string): void => {
    if (++made > 1) throw systemError('EDQUOT');
    processEnvironment.fileSystem.makeDirectory(directory);
  };
  expect(await surveyFileSystem(folder, withFileSystem({ makeDirectory }))).toMatchObject({ isFull: true });
  expect(fs.readdirSync(folder)).toEqual([]);
  fs.rmSync(folder, { recursive: true });
});
