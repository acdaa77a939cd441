/** A process that dies between two calls of the file system, as the others see it. */
import { type Environment, processEnvironment } from '../../dist/store/index.js';

/** What the dead cannot do. */
export class Died extends Error {}

/** Between others nothing changes that anybody could find. */
const CHANGING: ReadonlySet<string> = new Set([
  'makeDirectory',
  'removeDirectory',
  'removeFile',
  'rename',
  'touch',
  'createFile',
  'writeFile',
  'writeUnsynced',
  'deleteFile',
  'deleteDirectory',
  'replaceFile',
]);

/** An environment of another process, which dies before its changing call number `diesAt`, with those that it made. */
export interface DyingProcess {
  readonly environment: Environment;
  readonly calls: readonly string[];
}

export function dyingProcess(diesAt: number): DyingProcess {
  const calls: string[] = [];
  let isDead = false;
  const fileSystem = new Proxy(processEnvironment.fileSystem, {
    get(target, name, receiver): unknown {
      const call: unknown = Reflect.get(target, name, receiver);
      if (typeof call !== 'function') return call;
      return (...parameters: readonly unknown[]): unknown => {
        if (isDead) throw new Died(String(name));
        if (!CHANGING.has(String(name))) return Reflect.apply(call, target, parameters);
        isDead = calls.length >= diesAt;
        if (isDead) throw new Died(`killed before ${String(name)} ${String(parameters[0])}`);
        calls.push(`${String(name)} ${String(parameters[0])}`);
        return Reflect.apply(call, target, parameters);
      };
    },
  });
  // No process has this pid: whoever looks sees that this one is gone.
  const identity = (): ReturnType<Environment['identity']> => ({
    ...processEnvironment.identity(),
    pid: 2 ** 31 - 1,
    startTime: '1',
  });
  return { environment: { ...processEnvironment, fileSystem, identity }, calls };
}
