import fs from 'node:fs';
import { MemoryPlace, MemoryStorage } from './memory-storage.js';
import { describeStorage } from './storage-contract.js';
import { makeTemporaryFolder } from './with-store.js';

describeStorage('memory', () => {
  const [place, folder] = [new MemoryPlace(), makeTemporaryFolder()];
  return {
    connect: () => new MemoryStorage(place, folder),
    dispose: async () => fs.rmSync(folder, { recursive: true }),
  };
});
