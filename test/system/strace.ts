/** `strace`, attached to a running process: what it calls, and calls of it that are made to fail or to be its last. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

/** System calls by which a store works on its directory, by their names on Linux. */
export const STORE_CALLS = [
  'openat',
  'mkdir',
  'rmdir',
  'unlink',
  'rename',
  'link',
  'write',
  'pwrite64',
  'pread64',
  'fsync',
  'fdatasync',
  'statx',
  'newfstatat',
  'getdents64',
  'utimensat',
  'chmod',
  'fchmod',
  'chown',
  'fchown',
] as const;

/** What happens at a call: an error in its place, or the end of the process before it. */
export type Fate = { readonly error: string } | { readonly signal: 'KILL' };

/** Which calls something happens to. */
export interface Injection {
  readonly systemCall: string;
  /** Counted from 1, by each thread. */
  readonly nth: number;
  /** To every later one too. */
  readonly isLasting: boolean;
  readonly fate: Fate;
  /** Only calls on these paths count; by default all. */
  readonly paths?: readonly string[];
}

/** One call, as it was seen. */
export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** Absolute paths among its parameters, those of descriptors included. */
  readonly paths: readonly string[];
  readonly isInjected: boolean;
}

/** A running `strace`. */
export class Tracing {
  readonly #strace: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #log: string;

  /** Attaches to a process. @param log a file that does not exist */
  static async attach(pid: number, log: string, injection?: Injection): Promise<Tracing> {
    const tracing = new Tracing(pid, log, injection);
    await tracing.#attached();
    return tracing;
  }

  private constructor(pid: number, log: string, injection: Injection | undefined) {
    const parameters = ['-f', '-y', '-s', '0', '-o', log, '-e', `trace=${STORE_CALLS.join(',')}`];
    if (injection !== undefined) parameters.push('-e', `inject=${inWords(injection)}`);
    for (const path of injection?.paths ?? []) parameters.push('-P', path);
    this.#log = log;
    this.#strace = spawn('strace', [...parameters, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#ended = once(this.#strace, 'close');
  }

  async #attached(): Promise<void> {
    let said = '';
    await new Promise<void>((resolve, reject) => {
      this.#strace.stderr?.on('data', (piece) => {
        said += String(piece);
        if (/attached/.test(said)) resolve();
      });
      void this.#ended.then(() => reject(new Error(`strace: ${said}`)));
    });
  }

  /** Lets the process go, which lives on if it does; answers what was seen. */
  async detach(): Promise<readonly SystemCall[]> {
    this.#strace.kill('SIGINT');
    await this.#ended;
    return fs
      .readFileSync(this.#log, 'utf8')
      .split('\n')
      .flatMap((line) => parseCall(line) ?? []);
  }
}

function inWords({ systemCall, nth, isLasting, fate }: Injection): string {
  const [[key, value] = []] = Object.entries(fate);
  return `${systemCall}:${key}=${value}:when=${nth}${isLasting ? '+' : ''}`;
}

function parseCall(line: string): SystemCall | undefined {
  const [, thread, name, rest = ''] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const paths = [...rest.matchAll(/"(\/[^"]*)"|<(\/[^>]*)>/g)].map(([, text, descriptor]) => text ?? descriptor ?? '');
  return { thread: Number(thread), name, paths, isInjected: rest.endsWith('(INJECTED)') };
}
