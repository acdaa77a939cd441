import fs from 'node:fs';
import { processEnvironment } from '../../dist/store/index.js';
import { LocalStorage } from '../../dist/store/local/local-storage.js';
import { describeStorage } from './storage-contract.js';
import { makeTemporaryFolder } from './with-store.js';

describeStorage('a local directory', () => {
  const folder = makeTemporaryFolder();
  return {
    connect: () => new LocalStorage(`${folder}/store`, processEnvironment),
    dispose: async () => fs.rmSync(folder, { recursive: true }),
  };
});
