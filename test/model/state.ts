/** One state of the model: what lies in the store, and where everybody is in the protocol. One 16-bit word a field. */
import type { Configuration } from './configuration.js';

/** Fields of the whole store. Masks have a bit for each generation, client or change. */
export const Field = {
  /** Generations whose manifest is `retired.json`. */
  retired: 0,
  /** Generations whose own file is there. */
  files: 1,
  current: 2,
  /** The client that holds the commit lock, plus 1. */
  lock: 3,
  /** Clients with a record in `instances/`. */
  registered: 4,
  /** Clients that died. */
  dead: 5,
  /** Changes that were acknowledged. */
  acknowledged: 6,
  /** Changes that were refused: nothing was changed. */
  refused: 7,
  /** The tagged generation, and the manifest it had when the tag was acknowledged. */
  tag: 8,
  tagged: 9,
  crashes: 10,
  thefts: 11,
  timeouts: 12,
  mistakes: 13,
} as const;
const FIELDS = 14;

/** Fields of a client. */
export const Client = {
  step: 0,
  /** How many of its operations are over. */
  done: 1,
  /** The number that it stands on or looks at. */
  base: 2,
  /** The manifest of the base, then of the draft. */
  held: 3,
  /** 0: no draft; 1: a draft without its file; 2: a whole draft. */
  draft: 4,
  /** 1 if it believes that it has the lock. */
  turn: 5,
  /** A number that it saw. */
  seen: 6,
  /** The generation that its pin in `pins/` holds. */
  pin: 7,
  /** The manifest of the generation that it pinned. */
  target: 8,
  /** 1 if its instance has got a new id since the operation began. */
  renamed: 9,
  /** How often it has registered anew. */
  id: 10,
} as const;
const CLIENT_FIELDS = 11;

/** Fields of a reader. */
export const Reader = {
  step: 0,
  looked: 1,
  manifest: 2,
  /** The generation that it read last. */
  last: 3,
  /** What was acknowledged before it began. */
  acknowledged: 4,
} as const;
const READER_FIELDS = 5;

/** Fields of a collector. */
export const Collecting = {
  step: 0,
  /** The generation that it is at, or the client that it clears up after, plus 1. */
  cursor: 1,
  /** The head before (a). */
  head: 2,
  /** What it retires in (a); what it observed retired in (b). */
  retired: 3,
  pinned: 4,
  /** Generations whose own file is marked. */
  marked: 5,
  /** The generations of the directory listing that it works through; while clearing, the id of the dead client. */
  listed: 6,
} as const;
const COLLECTOR_FIELDS = 7;

/** Where things are in the words of a state. */
export class Layout {
  readonly generations: number;
  readonly clients: number;
  readonly readers: number;
  readonly collectors: number;
  readonly words: number;
  /** Numbers go from 1 to this. */
  readonly highest: number;

  constructor(configuration: Configuration) {
    const commits = configuration.clients.flat().filter((operation) => operation !== 'tag' && operation !== 'open');
    // One more than there are changes to commit: whatever is committed twice shows.
    this.highest = configuration.history + commits.length + 1;
    if (this.highest > 14 || configuration.clients.length > 8) throw new RangeError('too many generations or clients');
    this.generations = FIELDS - 1;
    this.clients = this.generations + this.highest + 1;
    this.readers = this.clients + CLIENT_FIELDS * configuration.clients.length;
    this.collectors = this.readers + READER_FIELDS * configuration.readers;
    const words = this.collectors + COLLECTOR_FIELDS * configuration.collectors;
    this.words = words + (words % 2);
  }
}

export class State {
  readonly layout: Layout;
  readonly words: Uint16Array;
  /** The same bytes, for hashing and comparing. */
  readonly doubleWords: Int32Array;

  constructor(layout: Layout) {
    this.layout = layout;
    this.words = new Uint16Array(layout.words);
    this.doubleWords = new Int32Array(this.words.buffer);
  }

  become(other: State): this {
    this.words.set(other.words);
    return this;
  }

  get(field: number): number {
    return this.words[field] ?? 0;
  }

  set(field: number, value: number): void {
    this.words[field] = value;
  }

  has(field: number, bit: number): boolean {
    return ((this.get(field) >> bit) & 1) === 1;
  }

  add(field: number, bit: number): void {
    this.set(field, this.get(field) | (1 << bit));
  }

  remove(field: number, bit: number): void {
    this.set(field, this.get(field) & ~(1 << bit));
  }

  /** The manifest in the directory of a generation, retired or not; 0 if there is no such directory. */
  manifest(generation: number): number {
    return this.get(this.layout.generations + generation);
  }

  setManifest(generation: number, manifest: number): void {
    this.set(this.layout.generations + generation, manifest);
  }

  /** Takes a generation's directory away, with all that is in it. */
  removeGeneration(generation: number): void {
    this.setManifest(generation, 0);
    this.remove(Field.retired, generation);
    this.remove(Field.files, generation);
  }

  /** The highest number in the directory. */
  highest(): number {
    let generation = this.layout.highest;
    while (generation > 0 && this.manifest(generation) === 0) generation -= 1;
    return generation;
  }

  /** The generations in the directory, a bit each. */
  listing(): number {
    let listed = 0;
    for (let generation = 1; generation <= this.layout.highest; generation++) {
      if (this.manifest(generation) !== 0) listed |= 1 << generation;
    }
    return listed;
  }

  client(client: number, field: number): number {
    return this.get(this.layout.clients + client * CLIENT_FIELDS + field);
  }

  setClient(client: number, field: number, value: number): void {
    this.set(this.layout.clients + client * CLIENT_FIELDS + field, value);
  }

  reader(reader: number, field: number): number {
    return this.get(this.layout.readers + reader * READER_FIELDS + field);
  }

  setReader(reader: number, field: number, value: number): void {
    this.set(this.layout.readers + reader * READER_FIELDS + field, value);
  }

  collector(collector: number, field: number): number {
    return this.get(this.layout.collectors + collector * COLLECTOR_FIELDS + field);
  }

  setCollector(collector: number, field: number, value: number): void {
    this.set(this.layout.collectors + collector * COLLECTOR_FIELDS + field, value);
  }
}

/** The fields of one client, reader or collector, as places in `words`. */
export function clientSpan(layout: Layout, client: number): readonly [number, number] {
  const from = layout.clients + client * CLIENT_FIELDS;
  return [from, from + CLIENT_FIELDS];
}

export function readerSpan(layout: Layout, reader: number): readonly [number, number] {
  const from = layout.readers + reader * READER_FIELDS;
  return [from, from + READER_FIELDS];
}

export function collectorSpan(layout: Layout, collector: number): readonly [number, number] {
  const from = layout.collectors + collector * COLLECTOR_FIELDS;
  return [from, from + COLLECTOR_FIELDS];
}
