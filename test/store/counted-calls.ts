import { type Environment, processEnvironment } from '../../dist/store/index.js';
import { withCalls } from './faulty-calls.js';

/** An environment whose file system calls `act` before its n-th call, and counts the calls. */
export function interrupted(
  at: number,
  act: () => void,
): { readonly environment: Environment; readonly count: () => number } {
  let calls = 0;
  const counted = <Words extends readonly unknown[], Answer>(call: (...words: Words) => Answer) => {
    return (...words: Words): Answer => {
      if (calls++ === at) act();
      return call(...words);
    };
  };
  const { fileSystem } = processEnvironment;
  const environment = withCalls({
    readDirectory: counted(fileSystem.readDirectory),
    readFile: counted(fileSystem.readFile),
    findStatus: counted(fileSystem.findStatus),
    openFile: counted(fileSystem.openFile),
    makeDirectory: counted(fileSystem.makeDirectory),
    removeDirectory: counted(fileSystem.removeDirectory),
    removeFile: counted(fileSystem.removeFile),
    rename: counted(fileSystem.rename),
    linkFile: counted(fileSystem.linkFile),
    touch: counted(fileSystem.touch),
    createFile: counted(fileSystem.createFile),
    writeFile: counted(fileSystem.writeFile),
    writeUnsynced: counted(fileSystem.writeUnsynced),
    syncFile: counted(fileSystem.syncFile),
    syncDirectory: counted(fileSystem.syncDirectory),
    replaceFile: counted(fileSystem.replaceFile),
  });
  return { environment, count: () => calls };
}
