/** The processes of a torture: started, killed, stopped, started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Chance } from './chance.js';
import { elapsedNs } from './operation-log.js';
import { LOG_SUFFIX, REFEREE_LOG } from './read-logs.js';
import type { Place } from './roster.js';

/** Where some of the processes run. */
export interface Host {
  /** The store as it is reached from there. */
  readonly directory: string;
  /** What runs a program there: a command and its parameters; empty for here. */
  readonly under: readonly string[];
}

export interface TroopOptions {
  /** Each with as many neighbours in the roster as the others. */
  readonly hosts: readonly Host[];
  readonly logs: string;
  readonly places: readonly Place[];
  readonly chance: Chance;
}

interface Member {
  readonly process: string;
  readonly child: ChildProcess;
  /** It has opened the store. */
  isReady: boolean;
}

const PROGRAM = fileURLToPath(new URL('../../test-dist/torture/actors/main.js', import.meta.url));

export class Troop {
  readonly origin: readonly [number, number] = process.hrtime();
  kills = 0;
  stops = 0;
  starts = 0;
  readonly #options: TroopOptions;
  readonly #members = new Map<Place, Member>();
  readonly #onExit = (): void => this.#signalAll('SIGKILL');
  #isEnding = false;

  constructor(options: TroopOptions) {
    this.#options = options;
    process.on('exit', this.#onExit);
  }

  /** Starts everybody, and waits until all have opened the store. */
  async start(): Promise<void> {
    for (const place of this.#options.places) this.#start(place);
    while ([...this.#members.values()].some(({ isReady }) => !isReady)) await pause(20);
  }

  /** Kills somebody. */
  kill(): void {
    if (this.#anybody()?.child.kill('SIGKILL') === true) this.kills += 1;
  }

  /** Lets somebody sleep; where others would take a sleeper's lock, they do. */
  async stopFor(milliseconds: number): Promise<void> {
    const member = this.#anybody();
    if (member === undefined) return;
    member.child.kill('SIGSTOP');
    this.stops += 1;
    await pause(milliseconds);
    // A handle, not a number: nothing happens if it has been killed since.
    member.child.kill('SIGCONT');
  }

  /** Tells everybody to end, and waits for it. */
  async end(patienceMs: number): Promise<void> {
    this.#isEnding = true;
    this.#signalAll('SIGCONT');
    this.#signalAll('SIGTERM');
    const giveUp = setTimeout(() => {
      for (const { process } of this.#members.values())
        this.note(`complaint ${process} did not end when it was told to`);
      this.#signalAll('SIGKILL');
    }, patienceMs);
    while (this.#members.size > 0) await pause(20);
    clearTimeout(giveUp);
    process.off('exit', this.#onExit);
  }

  /** Adds a line to the referee's log. */
  note(line: string): void {
    fs.appendFileSync(path.join(this.#options.logs, REFEREE_LOG), `${line.replaceAll('\n', ' ')}\n`);
  }

  /** Mostly somebody who is at work: one who is only starting has little to lose. */
  #anybody(): Member | undefined {
    const { chance } = this.#options;
    const mayBeStarting = chance.onceIn(8);
    return chance.oneOf([...this.#members.values()].filter(({ isReady }) => isReady || mayBeStarting));
  }

  #signalAll(signal: NodeJS.Signals): void {
    for (const { child } of this.#members.values()) child.kill(signal);
  }

  #hostOf(place: Place): Host {
    const { hosts, places } = this.#options;
    const host = hosts[Math.floor((places.indexOf(place) * hosts.length) / places.length)];
    if (host === undefined) throw new Error('there is no host');
    return host;
  }

  #start(place: Place): void {
    const { logs, chance } = this.#options;
    const { directory, under } = this.#hostOf(place);
    this.starts += 1;
    const process = `${place.slot}.${this.starts}`;
    const seed = Math.floor(chance.upTo(2 ** 31));
    const log = path.join(logs, `${process}${LOG_SUFFIX}`);
    const task = { ...place, process, directory, log, origin: this.origin, seed };
    const [command = '', ...parameters] = [...under, globalThis.process.execPath, PROGRAM, JSON.stringify(task)];
    const child = spawn(command, parameters, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const member = { process, child, isReady: false };
    this.#members.set(place, member);
    child.on('message', () => {
      member.isReady = true;
    });
    let complaint = '';
    child.stderr?.on('data', (piece) => {
      complaint += String(piece);
    });
    child.on('exit', (code, signal) => this.#afterExit(place, { process, complaint, code, signal }));
  }

  #afterExit(
    place: Place,
    ended: {
      readonly process: string;
      readonly complaint: string;
      readonly code: number | null;
      readonly signal: string | null;
    },
  ): void {
    const { process, complaint, code, signal } = ended;
    this.note(`death ${process} ${elapsedNs(this.origin)}`);
    this.#members.delete(place);
    // Who is told to end before it listens dies of it.
    const wasTold = signal === 'SIGKILL' || (this.#isEnding && (signal === 'SIGTERM' || code === 0));
    if (!wasTold) this.note(`crash ${process} ended with ${signal ?? code}: ${complaint}`);
    else if (!this.#isEnding) this.#start(place);
  }
}
