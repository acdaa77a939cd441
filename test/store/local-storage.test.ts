import fs from 'node:fs';
import { type Environment, processEnvironment } from '../../dist/store/index.js';
import { LocalStorage } from '../../dist/store/local/local-storage.js';
import { failing, withCalls } from './faulty-calls.js';
import { describeStorage, type StoragePlace } from './storage-contract.js';
import { makeTemporaryFolder } from './with-store.js';

function placeIn(environment: Environment): StoragePlace {
  const folder = makeTemporaryFolder();
  return {
    connect: () => new LocalStorage(`${folder}/store`, environment),
    dispose: async () => fs.rmSync(folder, { recursive: true }),
  };
}

const { linkFile } = processEnvironment.fileSystem;
const withoutLinks = withCalls({ linkFile: failing('EPERM', () => true, linkFile) });

describeStorage('a local directory', () => placeIn(processEnvironment));
describeStorage('a local directory without hard links', () => placeIn(withoutLinks));
