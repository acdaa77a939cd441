/** A client in the middle of an operation: what all its steps are made of, and how an operation ends. */
import type { Operation } from './configuration.js';
import type { Moves } from './moves.js';
import { Client, Field, type State } from './state.js';

/** Where a client is: what it does next.  */
export const Committing = {
  idle: 0,
  readBase: 1,
  lookAgain: 2,
  draft: 3,
  guard: 4,
  lock: 5,
  checkHead: 6,
  claim: 7,
  isMineTheHead: 8,
  askTheHead: 9,
  lookForVerdict: 10,
  isCommittedStillTrue: 11,
  isDeadStillTrue: 12,
  isRegistered: 13,
  takeBack: 14,
  readCurrent: 15,
  raiseCurrent: 16,
  look: 17,
} as const;

/** Where a client is that has pinned a generation. From `reading` on it may rely on it. */
export const Pinning = {
  look: 32,
  lookForRetired: 33,
  lookOnceMore: 34,
  isInHistory: 35,
  isStillThere: 36,
  reading: 37,
  tagged: 38,
  unpin: 39,
} as const;

export class ClientActor {
  readonly moves: Moves;
  readonly client: number;
  readonly operation: Operation;
  readonly #actor: string;

  constructor(moves: Moves, client: number, operation: Operation) {
    this.moves = moves;
    this.client = client;
    this.operation = operation;
    this.#actor = `w${client + 1}`;
  }

  committed(name: string): boolean {
    const { configuration } = this.moves;
    if (!configuration.pointer || this.moves.hasBug('swap-before-claim')) return this.end('acknowledged', name);
    this.fork(Committing.readCurrent).setClient(this.client, Client.seen, 0);
    return this.take(name, this.number);
  }

  /** Replays on the newer head, with the turn or without it. */
  loseRace(name: string, about: number, forked?: State, violation?: string): boolean {
    const replay = (next: State): void => {
      next.setClient(this.client, Client.step, Committing.look);
      for (const field of [Client.held, Client.base, Client.seen]) next.setClient(this.client, field, 0);
    };
    const next = forked ?? this.fork(Committing.look);
    replay(next);
    if (this.get(Client.turn) === 1) {
      this.take(`${name}; keep the turn`, about, violation);
      this.giveUpTurn(next);
    }
    return this.take(name, about, violation);
  }

  end(
    outcome: 'acknowledged' | 'refused' | 'unknown',
    name: string,
    change?: (next: State) => void,
    forked?: State,
  ): boolean {
    const next = forked ?? this.fork(Committing.idle);
    change?.(next);
    this.giveUpTurn(next);
    if (outcome === 'acknowledged') next.add(Field.acknowledged, this.change());
    if (outcome === 'refused') next.add(Field.refused, this.change());
    next.setClient(this.client, Client.draft, 0);
    endOperation(this.moves, next, this.client);
    return this.take(`${name} → ${outcome}`, this.number);
  }

  giveUpTurn(next: State): void {
    // Only one's own holder file is ever removed.
    if (next.get(Field.lock) === this.client + 1) next.set(Field.lock, 0);
    next.setClient(this.client, Client.turn, 0);
  }

  /** A commit begins with registering anew, if others took this instance for dead. */
  rejoin(next: State): void {
    if (this.get(Client.step) === Committing.idle) rejoin(next, this.client);
  }

  get isOurs(): boolean {
    return this.moves.now.manifest(this.number) === this.get(Client.held);
  }

  get number(): number {
    return this.get(Client.base) + 1;
  }

  change(): number {
    return this.moves.change(this.client, this.get(Client.done));
  }

  get(field: number): number {
    return this.moves.now.client(this.client, field);
  }

  fork(step: number): State {
    const next = this.moves.fork();
    next.setClient(this.client, Client.step, step);
    return next;
  }

  take(name: string, about?: number, violation?: string): true {
    this.moves.take(this.#actor, name, about, violation);
    return true;
  }
}

/** Registers a client under a new id, if others took it for dead. */
export function rejoin(next: State, client: number): void {
  if (next.has(Field.registered, client)) return;
  next.add(Field.registered, client);
  next.setClient(client, Client.id, next.client(client, Client.id) + 1);
}

/** Leaves a client idle, or, if it has pinned something, about to unpin it. */
export function endOperation(moves: Moves, next: State, client: number): void {
  const isPinned = next.client(client, Client.pin) !== 0;
  if (next.client(client, Client.renamed) === 1) next.setClient(client, Client.id, next.client(client, Client.id) + 1);
  const fields = [Client.base, Client.held, Client.turn, Client.seen, Client.target, Client.step, Client.renamed];
  for (const field of fields) next.setClient(client, field, 0);
  if (isPinned) next.setClient(client, Client.step, Pinning.unpin);
  else next.setClient(client, Client.done, moves.now.client(client, Client.done) + 1);
}
