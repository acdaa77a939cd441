/** What is common to everybody's steps: the state that they start from, and how they hand over the next one. */
import type { BugName } from './bugs.js';
import type { Configuration } from './configuration.js';
import { Manifests } from './manifests.js';
import { Client, Field, Layout, State } from './state.js';

/** Gets every step out of a state; `next` is only lent. */
export type Taker = (next: State, step: Step) => void;

/** What somebody did. */
export interface Step {
  /** `w1` is a client, `r1` a reader, `c1` a collector. */
  readonly actor: string;
  /** As `docs/protocol.md` names it. */
  readonly name: string;
  /** The generation or client that it is about; -1 for none. */
  readonly about: number;
  /** What this very step did wrong. */
  readonly violation: string | undefined;
}

/** The protocol in one configuration, without the steps themselves. */
export class Moves {
  readonly configuration: Configuration;
  readonly layout: Layout;
  readonly manifests = new Manifests();
  /** The state that steps start from. */
  now: State;
  readonly #bugs: ReadonlySet<BugName>;
  readonly #next: State;
  #taker: Taker = () => {};

  constructor(configuration: Configuration) {
    this.configuration = configuration;
    this.layout = new Layout(configuration);
    this.#bugs = new Set(configuration.bugs);
    this.#next = new State(this.layout);
    this.now = new State(this.layout);
  }

  get isFine(): boolean {
    return this.configuration.grain === 'fine';
  }

  hasBug(name: BugName): boolean {
    return this.#bugs.has(name);
  }

  begin(now: State, taker: Taker): void {
    this.now = now;
    this.#taker = taker;
  }

  /** A copy of `now` to be changed and then taken; there is only one at a time. */
  fork(): State {
    return this.#next.become(this.now);
  }

  take(actor: string, name: string, about = -1, violation?: string): void {
    this.#taker(this.#next, { actor, name, about, violation });
  }

  initial(): State {
    const { history, clients, crashes, thefts, timeouts, mistakes, pointer } = this.configuration;
    const state = new State(this.layout);
    for (let generation = 1; generation <= history; generation++) {
      state.setManifest(generation, this.manifests.initial(generation, clients.length));
      state.add(Field.files, generation);
    }
    state.set(Field.current, pointer ? history : 0);
    state.set(Field.registered, (1 << clients.length) - 1);
    state.set(Field.crashes, crashes);
    state.set(Field.thefts, thefts);
    state.set(Field.timeouts, timeouts);
    state.set(Field.mistakes, mistakes);
    return state;
  }

  /** The head, as everybody finds it. */
  head(state: State): number {
    return this.hasBug('current-is-truth') ? state.get(Field.current) : state.highest();
  }

  /** Whether every file that a manifest names is where it says, and is that file. */
  isComplete(state: State, manifest: number): boolean {
    const { files } = this.manifests.get(manifest);
    const present = state.get(Field.files);
    for (const { owner, change } of files) {
      if (((present >> owner) & 1) === 0 || this.manifests.get(state.manifest(owner)).change !== change) return false;
    }
    return true;
  }

  /** Whether a client is registered under the id with which it began its operation. */
  isRegistered(state: State, client: number): boolean {
    return state.has(Field.registered, client) && state.client(client, Client.renamed) === 0;
  }

  /** The number of a client's change; 0 is what was there at the beginning. */
  change(client: number, done: number): number {
    let change = 1 + done;
    for (let other = 0; other < client; other++) change += this.configuration.clients[other]?.length ?? 0;
    if (change > 15) throw new RangeError('more changes than a state can name');
    return change;
  }
}
