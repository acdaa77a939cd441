/** Logs as processes write them over a store that does nothing wrong, until it is told to. */
import { contentAfter, digestOf, filesOf } from './content.js';
import type { Kind } from './operation.js';
import type { Acknowledgement } from './operation-log.js';
import { NOTHING, type State } from './replay.js';

/** Where the lines go: by the name of a process, or of the referee. */
export type LineSink = (log: string, line: string) => void;

/** One imagined store, its clock, and the processes that work on it. */
export class SyntheticHistory {
  /** By generation. */
  readonly states: State[] = [NOTHING];
  readonly #write: LineSink;
  readonly #numbers = new Map<string, number>();
  #nowNs = 0;

  constructor(write: LineSink) {
    this.#write = write;
  }

  get head(): number {
    return this.states.length - 1;
  }

  /** Begins an operation; answers its name. */
  begin(process: string, kind: Kind, ...words: readonly (string | number)[]): string {
    const number = this.#numbers.get(process) ?? 0;
    this.#numbers.set(process, number + 1);
    this.#write(process, [number, '!', this.#tick(), kind, ...words].join(' '));
    return `${process}.${number}`;
  }

  acknowledge(process: string, { generation = 0, baseGeneration = 0, digest = '-' }: Acknowledgement): void {
    this.#write(process, `= ${this.#tick()} ${generation} ${baseGeneration} ${digest} 0`);
  }

  refuse(process: string, code: string): void {
    this.#write(process, `x ${this.#tick()} ${code}`);
  }

  /** The operation that the process is at is cut short. */
  kill(process: string, referee = 'referee'): void {
    this.#write(referee, `death ${process} ${this.#tick()}`);
  }

  /** Makes the next generation, as the store does it. */
  commit(update: string): void {
    const content = contentAfter(this.#stateOf(this.head).content, update);
    this.states.push({ content, digest: digestOf(filesOf(content)), isHeld: false });
  }

  /** Makes the next generation with the content of an older one. */
  restore(target: number, isHeld = false): void {
    this.states.push({ ...this.#stateOf(target), isHeld });
  }

  /** Gives the number away, and forgets the change. */
  commitNothing(): void {
    this.restore(this.head);
  }

  update(process: string): number {
    const name = this.begin(process, 'update');
    const base = this.head;
    this.commit(name);
    this.acknowledge(process, { generation: base + 1, baseGeneration: base, digest: this.digestOf(base) });
    return base + 1;
  }

  rollback(process: string, target: number, hold: 'hold' | 'free' = 'free'): number {
    this.begin(process, 'rollback', target, hold);
    this.restore(target, hold === 'hold' || this.#stateOf(this.head).isHeld);
    this.acknowledge(process, { generation: this.head });
    return this.head;
  }

  resume(process: string): number {
    this.begin(process, 'resume');
    this.restore(this.head);
    this.acknowledge(process, { generation: this.head });
    return this.head;
  }

  /** Reads the newest generation, or what is said of another one. */
  read(process: string, { generation = this.head, digest = this.digestOf(generation) } = {}): void {
    this.begin(process, 'read');
    this.acknowledge(process, { generation, digest });
  }

  /** The referee finds a tag. */
  leaveTag(name: string, generation: number, log = 'referee'): void {
    this.#write(log, `tag ${name} ${generation} ${this.digestOf(generation)}`);
  }

  /** The referee's last look. */
  end(log = 'referee'): void {
    this.#write(log, `final ${this.head} ${this.digestOf(this.head)}`);
  }

  digestOf(generation: number): string {
    return this.#stateOf(generation).digest;
  }

  #stateOf(generation: number): State {
    const state = this.states[generation];
    if (state === undefined) throw new RangeError(`there is no generation ${generation}`);
    return state;
  }

  #tick(): number {
    this.#nowNs += 1000;
    return this.#nowNs;
  }
}
