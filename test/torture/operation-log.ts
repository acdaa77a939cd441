import fs from 'node:fs';
import { type Kind, NOT_READ } from './operation.js';

/** What is said of an operation that succeeded. */
export interface Acknowledgement {
  readonly generation?: number;
  readonly baseGeneration?: number;
  readonly digest?: string;
  readonly rebases?: number;
}

/** Nanoseconds since `origin`, a `process.hrtime()` of any process of this machine since it was switched on. */
export function elapsedNs(origin: readonly [number, number]): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds - origin[0]) * 1e9 + (nanoseconds - origin[1]);
}

/** Writes the log of one process; `operation.ts` has its grammar. Each line is one write, so a kill cuts none. */
export class OperationLog {
  readonly #file: number;
  readonly #origin: readonly [number, number];
  #number = 0;

  constructor(file: string, origin: readonly [number, number]) {
    this.#file = fs.openSync(file, 'a');
    this.#origin = origin;
  }

  /** The number that the next operation has. */
  get nextNumber(): number {
    return this.#number;
  }

  intend(kind: Kind, ...words: readonly (string | number)[]): void {
    this.#write(`${[this.#number, '!', this.#now(), kind, ...words].join(' ')}\n`);
    this.#number += 1;
  }

  acknowledge({ generation = 0, baseGeneration = 0, digest = NOT_READ, rebases = 0 }: Acknowledgement): void {
    this.#write(`= ${this.#now()} ${generation} ${baseGeneration} ${digest} ${rebases}\n`);
  }

  refuse(code: string): void {
    this.#write(`x ${this.#now()} ${code}\n`);
  }

  sayUnknown(): void {
    this.#write(`? ${this.#now()}\n`);
  }

  warn(message: string): void {
    this.#write(`# ${message.replaceAll('\n', ' ')}\n`);
  }

  #now(): number {
    return elapsedNs(this.#origin);
  }

  #write(line: string): void {
    fs.writeSync(this.#file, line);
  }
}
