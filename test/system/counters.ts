/** Processes that count in one store, and the logs of what was acknowledged to them, which lie outside the store. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { StoreOptions } from '../../dist/store/index.js';
import { processIdentitySchema } from '../../dist/store/process-identity.js';

export interface CounterOptions {
  readonly directory: string;
  /** An existing folder outside the faulty file system. */
  readonly logs: string;
  readonly slot: number;
  /** Default: without end. */
  readonly commits?: number;
  /** `flush` after every so many commits; default never. */
  readonly flushEvery?: number;
  /** Tag every so many commits, and take every second tag away again; default never. */
  readonly tagEvery?: number;
  /** Upper limit of the size of the file that each commit writes beside its numbers. Bytes, default 20,000. */
  readonly fileBytes?: number;
  readonly options?: StoreOptions;
  /** What runs the program, as `unshare` or `faketime` do: a command and its parameters. */
  readonly under?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A process that counts until it is stopped. */
export class Counter {
  readonly slot: number;
  readonly log: string;
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #complaint = '';

  constructor(wanted: CounterOptions) {
    this.slot = wanted.slot;
    this.log = path.join(wanted.logs, `slot-${wanted.slot}.log`);
    const never = Number.MAX_SAFE_INTEGER;
    const { under = [], environment = {}, logs: _logs, ...rest } = wanted;
    const given = { commits: never, flushEvery: never, tagEvery: never, fileBytes: 20_000, options: {}, ...rest };
    const [command = process.execPath, ...parameters] = [...under, process.execPath, programPath('count.mjs')];
    this.process = spawn(command, [...parameters, JSON.stringify({ ...given, log: this.log })], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.process.stderr?.on('data', (piece) => {
      this.#complaint += String(piece);
    });
    this.#ended = once(this.process, 'close');
    // Also of a test that fails: nobody counts on.
    onTestFinished(() => this.kill());
  }

  /** Resolves when `count` more lines of a kind are in the log. @throws if the process has ended */
  async until(kind: LogLine['kind'], count: number): Promise<void> {
    const countNow = (): number => readLog(this.log).filter((line) => line.kind === kind).length;
    const wanted = countNow() + count;
    while (countNow() < wanted) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`counter ${this.slot} ended: ${this.#complaint}`);
      await pause(5);
    }
  }

  /** Stops it in its tracks at a moment when it holds the commit lock of the store. */
  async freezeWhileHolding(directory: string): Promise<void> {
    const pid = innermostPid(this.process.pid ?? 0);
    for (;;) {
      if (holdsCommitLock(pid, directory)) {
        process.kill(pid, 'SIGSTOP');
        await pause(5);
        if (holdsCommitLock(pid, directory)) return;
        process.kill(pid, 'SIGCONT');
      }
      await new Promise(setImmediate);
    }
  }

  /** Lets it go on after `freezeWhileHolding`. */
  thaw(): void {
    process.kill(innermostPid(this.process.pid ?? 0), 'SIGCONT');
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it end by itself. @throws if it fails */
  async stop(): Promise<void> {
    process.kill(innermostPid(this.process.pid ?? 0), 'SIGTERM');
    await this.end();
  }

  /** Waits for its own end. @throws if it fails */
  async end(): Promise<void> {
    await this.#ended;
    if (this.process.exitCode !== 0) throw new Error(`counter ${this.slot} failed: ${this.#complaint}`);
  }
}

/** The process that runs below `unshare --fork`, which goes on as a parent. */
function innermostPid(pid: number): number {
  if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'unshare') return pid;
  const [child] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return child === undefined || child === '' ? pid : innermostPid(Number(child));
}

/** Whether the process `pid` has its identity in the commit lock, as the pid namespace of its own counts it. */
function holdsCommitLock(pid: number, directory: string): boolean {
  try {
    const lock = path.join(directory, 'commit.lock');
    const [holder = ''] = fs.readdirSync(lock);
    const identity = processIdentitySchema.parse(JSON.parse(fs.readFileSync(path.join(lock, holder), 'utf8')));
    const ownPids = /^NSpid:\s+(.*)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
    return identity.pidNamespace === fs.readlinkSync(`/proc/${pid}/ns/pid`) && identity.pid === Number(ownPids.at(-1));
  } catch (error) {
    // Let go between the look into the directory and the look into the file.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) return false;
    throw error;
  }
}

/** The path of a program that suites run as a process. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

const KINDS = ['done', 'flushed', 'tagged', 'untagging', 'untagged', 'unknown', 'refused', 'closed'] as const;

/** What a counter was told: the value that it reached, or the tag, or the code of a refusal. */
export interface LogLine {
  readonly kind: (typeof KINDS)[number];
  readonly text: string;
}

/** The complete lines of a log; none if it is not there yet. */
export function readLog(log: string): readonly LogLine[] {
  if (!fs.existsSync(log)) return [];
  const lines = fs.readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [word, text = ''] = line.split(' ');
    const kind = KINDS.find((known) => known === word);
    if (kind === undefined) throw new Error(`${log}: ${JSON.stringify(line)} is no line of a log`);
    return { kind, text };
  });
}
