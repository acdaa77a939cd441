import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { withCalls } from './faulty-calls.js';
import { bytesOf, makeTemporaryFolder } from './with-store.js';

type FileSystem = Environment['fileSystem'];

/** Calls `act` before the n-th call of the file system, and counts them. */
function interrupted(at: number, act: () => void): { readonly environment: Environment; count(): number } {
  let calls = 0;
  const counted = <Words extends readonly unknown[], Answer>(call: (...words: Words) => Answer) => {
    return (...words: Words): Answer => {
      if (calls++ === at) act();
      return call(...words);
    };
  };
  const { fileSystem } = processEnvironment;
  const changed: Partial<FileSystem> = {
    readDirectory: counted(fileSystem.readDirectory),
    readFile: counted(fileSystem.readFile),
    findStatus: counted(fileSystem.findStatus),
    makeDirectory: counted(fileSystem.makeDirectory),
    removeFile: counted(fileSystem.removeFile),
    rename: counted(fileSystem.rename),
    createFile: counted(fileSystem.createFile),
    syncDirectory: counted(fileSystem.syncDirectory),
  };
  return { environment: withCalls(changed), count: () => calls };
}

/** A store of another process, which has left it again. */
async function madeByAnother(commits: number): Promise<string> {
  const directory = path.join(makeTemporaryFolder(), 'store');
  await using store = await SnapshotStore.open(directory);
  for (let commit = 0; commit < commits; commit++) await store.update((draft) => draft.write('a', bytesOf('theirs')));
  return directory;
}

describe('a store that another process makes while it is opened', () => {
  test.each([0, 1])('opens, whenever that happens; with %i commits', async (commits) => {
    const made = await madeByAnother(commits);
    let reached = 1;
    for (let at = 0; at < reached; at++) {
      const directory = path.join(makeTemporaryFolder(), 'store');
      const appear = (): void => fs.cpSync(made, directory, { recursive: true });
      const { environment, count } = interrupted(at, appear);
      const opening = SnapshotStore.open(directory, { environment });
      await opening.catch((error: unknown) => expect(error, `before call ${at}`).toBeUndefined());
      reached = Math.max(reached, count());
      await using store = await opening;
      const { generation } = await store.update((draft) => draft.write('b', bytesOf('ours')));
      expect(generation, `before call ${at}`).toBe(commits + 1);
      expect((await store.verify()).problems).toEqual([]);
    }
    expect(reached).toBeGreaterThan(20);
  });
});
