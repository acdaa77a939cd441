import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/environment.js';
import { withStore } from './with-store.js';

test('an unfinished record of a process that is dead goes with the next collecting, that of a live one stays', () =>
  withStore(async (folder) => {
    const identity = processEnvironment.identity();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    fs.writeFileSync(folder.path('instances/~killed-1'), JSON.stringify({ identity: { ...identity, pid } }));
    fs.writeFileSync(folder.path('instances/~writing-1'), JSON.stringify({ identity }));
    fs.writeFileSync(folder.path('instances/~begun-1'), '');
    await folder.store.collect();
    const unfinished = fs.readdirSync(folder.path('instances')).filter((name) => name.startsWith('~'));
    expect(unfinished.sort()).toEqual(['~begun-1', '~writing-1']);
  }));

test('what is described as it was is not written again', () =>
  withStore(async (folder) => {
    await folder.store.introduce({ role: 'indexer' });
    const [id = ''] = fs.readdirSync(folder.path('instances'));
    const before = fs.statSync(folder.path(`instances/${id}`)).ino;
    await folder.store.introduce({ role: 'indexer' });
    expect(fs.statSync(folder.path(`instances/${id}`)).ino).toBe(before);
    await folder.store.introduce({ role: 'follower' });
    expect(await folder.store.instances()).toMatchObject([{ role: 'follower' }]);
  }));
