/** Clients, readers and collectors that do the same are interchangeable: of the states that differ only in who is who, one is kept. */
import { CollectorStep } from './collector-steps.js';
import { permuteMask } from './manifests.js';
import type { Moves } from './moves.js';
import { Client, Collecting, clientSpan, collectorSpan, Field, Reader, readerSpan, type State } from './state.js';

type Span = readonly [number, number];

/** Changes a state to the one that is kept in place of all those that it is symmetric to. */
export class Symmetry {
  readonly #moves: Moves;
  readonly #readers: readonly Span[];
  readonly #collectors: readonly Span[];
  /** Clients of the same operations, next to each other. */
  readonly #classes: readonly (readonly number[])[];
  readonly #changes = new Map<string, readonly number[]>();

  constructor(moves: Moves) {
    this.#moves = moves;
    const { configuration, layout } = moves;
    this.#readers = numbers(configuration.readers).map((reader) => readerSpan(layout, reader));
    this.#collectors = numbers(configuration.collectors).map((collector) => collectorSpan(layout, collector));
    const classes = new Map<string, number[]>();
    configuration.clients.forEach((operations, client) => {
      classes.set(`${operations}`, [...(classes.get(`${operations}`) ?? []), client]);
    });
    this.#classes = [...classes.values()].filter((clients) => clients.length > 1);
  }

  reduce(state: State): void {
    sortSpans(state.words, this.#readers);
    sortSpans(state.words, this.#collectors);
    if (this.#classes.length > 0) this.#sortClients(state);
  }

  #sortClients(state: State): void {
    if (this.#classes.every((clients) => isSorted(state, clients))) return;
    const places = numbers(this.#moves.configuration.clients.length);
    for (const clients of this.#classes) {
      // Any order that does not depend on who is who will do; ties only leave more states than are needed.
      const sorted = clients.toSorted((a, b) => compareClients(state, a, b) || a - b);
      sorted.forEach((client, index) => {
        places[client] = clients[index] ?? client;
      });
    }
    this.#permute(state, places);
  }

  #permute(state: State, places: readonly number[]): void {
    const { words, layout } = state;
    const { manifests } = this.#moves;
    const changes = this.#changesFor(places);
    const moved = (manifest: number): number => (manifest === 0 ? 0 : manifests.permute(manifest, places, changes));
    const before = words.slice(layout.clients, layout.readers);
    places.forEach((place, client) => {
      const [from, to] = clientSpan(layout, client);
      words.set(before.subarray(from - layout.clients, to - layout.clients), clientSpan(layout, place)[0]);
    });
    for (const client of places) {
      for (const field of [Client.held, Client.target])
        state.setClient(client, field, moved(state.client(client, field)));
    }
    for (let generation = 1; generation <= layout.highest; generation++) {
      state.setManifest(generation, moved(state.manifest(generation)));
    }
    for (const field of [Field.registered, Field.dead]) state.set(field, permuteMask(state.get(field), places));
    for (const field of [Field.acknowledged, Field.refused]) state.set(field, permuteMask(state.get(field), changes));
    state.set(Field.tagged, moved(state.get(Field.tagged)));
    const holder = state.get(Field.lock);
    if (holder !== 0) state.set(Field.lock, (places[holder - 1] ?? 0) + 1);
    this.#permuteOthers(state, places, changes, moved);
  }

  #permuteOthers(
    state: State,
    places: readonly number[],
    changes: readonly number[],
    moved: (manifest: number) => number,
  ): void {
    const { readers, collectors } = this.#moves.configuration;
    for (let reader = 0; reader < readers; reader++) {
      state.setReader(reader, Reader.manifest, moved(state.reader(reader, Reader.manifest)));
      const acknowledged = permuteMask(state.reader(reader, Reader.acknowledged), changes);
      state.setReader(reader, Reader.acknowledged, acknowledged);
    }
    for (let collector = 0; collector < collectors; collector++) {
      const step = state.collector(collector, Collecting.step);
      // While it clears up after a client its cursor names that client.
      if (step < CollectorStep.removeRecord || step > CollectorStep.removePins) continue;
      const victim = state.collector(collector, Collecting.cursor) - 1;
      state.setCollector(collector, Collecting.cursor, (places[victim] ?? 0) + 1);
    }
    sortSpans(state.words, this.#readers);
    sortSpans(state.words, this.#collectors);
  }

  #changesFor(places: readonly number[]): readonly number[] {
    const name = places.join(' ');
    let changes = this.#changes.get(name);
    if (changes === undefined) {
      const found = [0];
      this.#moves.configuration.clients.forEach((operations, client) => {
        operations.forEach((_, done) => {
          found[this.#moves.change(client, done)] = this.#moves.change(places[client] ?? client, done);
        });
      });
      changes = found;
      this.#changes.set(name, changes);
    }
    return changes;
  }
}

function isSorted(state: State, clients: readonly number[]): boolean {
  for (let index = 1; index < clients.length; index++) {
    if (compareClients(state, clients[index - 1] ?? 0, clients[index] ?? 0) > 0) return false;
  }
  return true;
}

const COMPARED = Object.values(Client).filter((field) => field !== Client.held && field !== Client.target);

function compareClients(state: State, a: number, b: number): number {
  for (const field of COMPARED) {
    const difference = state.client(a, field) - state.client(b, field);
    if (difference !== 0) return difference;
  }
  const registered = Number(state.has(Field.registered, a)) - Number(state.has(Field.registered, b));
  return registered !== 0 ? registered : Number(state.has(Field.dead, a)) - Number(state.has(Field.dead, b));
}

/** Sorts a few spans of equal length in place. */
function sortSpans(words: Uint16Array, spans: readonly Span[]): void {
  for (let end = spans.length - 1; end > 0; end--) {
    for (let index = 0; index < end; index++) {
      const first = spans[index];
      const second = spans[index + 1];
      if (first === undefined || second === undefined) continue;
      if (compareSpans(words, first[0], second[0], first[1] - first[0]) > 0) swap(words, first, second);
    }
  }
}

function compareSpans(words: Uint16Array, first: number, second: number, length: number): number {
  for (let index = 0; index < length; index++) {
    const difference = (words[first + index] ?? 0) - (words[second + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function swap(words: Uint16Array, first: Span, second: Span): void {
  for (let index = 0; index < first[1] - first[0]; index++) {
    const word = words[first[0] + index] ?? 0;
    words[first[0] + index] = words[second[0] + index] ?? 0;
    words[second[0] + index] = word;
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
