/** Environments in which chosen calls of the file system answer as a test wants, over the real ones. */
import { type Environment, processEnvironment } from '../../dist/store/index.js';
import { systemError } from './watched-storage.js';

type FileSystem = Environment['fileSystem'];

/** This process, with some calls of its file system replaced. */
export function withCalls(changed: Partial<FileSystem>): Environment {
  return { ...processEnvironment, fileSystem: { ...processEnvironment.fileSystem, ...changed } };
}

/** A call that fails with `code` for paths that `isChosen` picks, as long as it picks them. */
export function failing<Rest extends readonly unknown[], Answer>(
  code: string,
  isChosen: (path: string) => boolean,
  call: (path: string, ...rest: Rest) => Answer,
): (path: string, ...rest: Rest) => Answer {
  return (path, ...rest) => {
    if (isChosen(path)) throw systemError(code);
    return call(path, ...rest);
  };
}
