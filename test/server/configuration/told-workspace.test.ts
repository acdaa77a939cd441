import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { workspaceInEnvironment, workspaceInRoots } from '../../../dist/server/configuration/index.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'snapdex-workspace ,-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the folder that a client has open', () => {
  test.each([
    [{ CLAUDE_PROJECT_DIR: folder }, 'CLAUDE_PROJECT_DIR'],
    [{ WORKSPACE_FOLDER_PATHS: folder }, 'WORKSPACE_FOLDER_PATHS'],
    [{ WORKSPACE_FOLDER_PATHS: `/gone,${tmpdir()}`, CLAUDE_PROJECT_DIR: folder }, 'CLAUDE_PROJECT_DIR'],
  ])('is in the environment: %j', (environment, source) => {
    expect(workspaceInEnvironment(environment)).toEqual({ path: folder, source });
  });

  test('is the first of several that is there', () => {
    expect(workspaceInEnvironment({ WORKSPACE_FOLDER_PATHS: `/gone,${tmpdir()},/` })?.path).toBe(tmpdir());
    const uris = ['https://example.org/', 'file:///gone', pathToFileURL(folder).href, 'file:///'];
    expect(workspaceInRoots(uris)).toEqual({ path: folder, source: 'roots of the client' });
  });

  test.each([[{}], [{ CLAUDE_PROJECT_DIR: '' }], [{ CLAUDE_PROJECT_DIR: '.' }], [{ WORKSPACE_FOLDER_PATHS: '/gone' }]])(
    'is not told by %j',
    (environment) => expect(workspaceInEnvironment(environment)).toBeUndefined(),
  );

  test('is not told by roots that are no folders here', () => {
    expect(workspaceInRoots([])).toBeUndefined();
    expect(workspaceInRoots(['file://%', 'nothing'])).toBeUndefined();
  });
});
