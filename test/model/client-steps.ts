/** What a client does, in the steps of `docs/protocol.md`: commits, and what comes before and after a rollback's. */
import { Committing, Pinning } from './client-actor.js';
import { ConfirmSteps } from './confirm-steps.js';
import type { Moves } from './moves.js';
import { findPinSteps } from './pin-steps.js';
import { Client, Field, type State } from './state.js';

const { draft: DRAFT, turn: TURN } = Client;

/** Takes every step that a client can do now; true if there is one. */
export function takeClientSteps(moves: Moves, client: number): boolean {
  const { now } = moves;
  if (now.has(Field.dead, client)) return false;
  const operation = moves.configuration.clients[client]?.[now.client(client, Client.done)];
  if (operation === undefined) return false;
  const step = now.client(client, Client.step);
  if (step >= Pinning.look) return findPinSteps(moves, client, operation);
  return new CommitSteps(moves, client, operation).takeStep(step);
}

class CommitSteps extends ConfirmSteps {
  takeStep(step: number): boolean {
    switch (step) {
      case Committing.idle:
        return this.#begin();
      case Committing.look:
        return this.#look();
      case Committing.readBase:
        return this.#readBase();
      case Committing.lookAgain:
        return this.#lookAgain();
      case Committing.draft:
        return this.#draft();
      case Committing.guard:
        return this.#guard();
      case Committing.lock:
        return this.#lock(Committing.checkHead);
      case Committing.checkHead:
        return this.#checkHead();
      case Committing.claim:
        return this.#claim();
      case Committing.isMineTheHead:
        return this.isMineTheHead();
      case Committing.readCurrent:
        return this.#readCurrent();
      case Committing.raiseCurrent:
        return this.#raiseCurrent();
      default:
        return this.confirm(step);
    }
  }

  #begin(): boolean {
    const { now } = this.moves;
    if (this.operation === 'rollback' || this.operation === 'tag' || this.operation === 'open') {
      return findPinSteps(this.moves, this.client, this.operation);
    }
    // Among many writers the lock is taken before the draft.
    if (this.moves.configuration.mode === 'file_lock' && now.get(Field.lock) === 0) {
      const next = this.fork(Committing.look);
      this.rejoin(next);
      next.set(Field.lock, this.client + 1);
      next.setClient(this.client, TURN, 1);
      this.take('commit 2 brief lock, before drafting');
    }
    return this.#look();
  }

  // 1. Draft.
  #look(): boolean {
    const moves = this.moves;
    const head = moves.head(moves.now);
    const next = this.fork(moves.isFine ? Committing.readBase : Committing.guard);
    this.rejoin(next);
    next.setClient(this.client, Client.base, head);
    if (!moves.isFine) {
      next.setClient(this.client, Client.held, moves.now.manifest(head));
      this.#stage(next);
    }
    return this.take(moves.isFine ? 'commit 1 look for the head' : 'commit 1 draft', head);
  }

  #readBase(): boolean {
    const base = this.get(Client.base);
    const next = this.fork(Committing.lookAgain);
    next.setClient(this.client, Client.held, this.moves.now.manifest(base));
    return this.take('commit 1 read the head', base);
  }

  #lookAgain(): boolean {
    const head = this.moves.head(this.moves.now);
    const isHead = head === this.get(Client.base);
    const next = this.fork(isHead ? Committing.draft : Committing.look);
    if (!isHead) next.setClient(this.client, Client.held, 0);
    const isMissing = isHead && this.get(Client.held) === 0;
    return this.take('commit 1 look again', head, isMissing ? `the head ${head} has no manifest` : undefined);
  }

  #draft(): boolean {
    this.#stage(this.fork(Committing.guard));
    return this.take('commit 1 draft', this.get(Client.base));
  }

  #stage(next: State): void {
    const { configuration, manifests, now } = this.moves;
    const base = next.client(this.client, Client.held);
    let gone = 0;
    for (let other = 0; other < configuration.clients.length; other++) {
      const isGone = !this.moves.isRegistered(now, other) || this.moves.hasBug('prune-live-writer');
      if (isGone && other !== this.client) gone |= 1 << other;
    }
    const change = this.change();
    const target = this.operation === 'rollback' ? this.get(Client.target) : 0;
    const drafting = { base, client: this.client, change, operation: this.operation, target, gone };
    next.setClient(this.client, Client.held, manifests.draft(drafting));
    if (next.client(this.client, DRAFT) === 0) next.setClient(this.client, DRAFT, this.#writesFile ? 2 : 1);
    const isGuarded = this.operation === 'rollback' && !this.moves.hasBug('unguarded-rollback');
    next.setClient(this.client, Client.step, isGuarded ? Committing.guard : this.#afterDraft);
  }

  get #writesFile(): boolean {
    return this.operation === 'add' || this.operation === 'replace';
  }

  get #afterDraft(): number {
    const needsTurn = this.moves.configuration.mode === 'file_lock' && this.get(TURN) === 0;
    return needsTurn ? Committing.lock : Committing.checkHead;
  }

  /** Now that its draft stands, a rollback that is still registered has a pin for as long as it has the draft. */
  #guard(): boolean {
    if (!this.moves.isRegistered(this.moves.now, this.client)) return this.end('refused', 'roll back 2 not registered');
    this.fork(this.#afterDraft);
    return this.take('roll back 2 still registered');
  }

  // 2. Brief lock.
  #lock(then: number): boolean {
    const { now } = this.moves;
    const holder = now.get(Field.lock);
    const isFree = holder === 0 || now.has(Field.dead, holder - 1);
    if (isFree || now.get(Field.thefts) > 0) {
      const next = this.fork(then);
      if (!isFree) next.set(Field.thefts, now.get(Field.thefts) - 1);
      next.set(Field.lock, this.client + 1);
      next.setClient(this.client, TURN, 1);
      this.take(isFree ? 'commit 2 brief lock' : 'commit 2 brief lock, taken from a live holder', holder);
    }
    if (!isFree && now.get(Field.timeouts) > 0) {
      this.end('refused', 'commit 2 brief lock: LOCK_TIMEOUT', (next) =>
        next.set(Field.timeouts, now.get(Field.timeouts) - 1),
      );
    }
    return isFree || now.get(Field.thefts) > 0 || now.get(Field.timeouts) > 0;
  }

  // 3. Head check.
  #checkHead(): boolean {
    const head = this.moves.head(this.moves.now);
    if (head !== this.get(Client.base)) return this.loseRace('commit 3 head check: lost', head);
    this.fork(this.moves.hasBug('swap-before-claim') ? Committing.readCurrent : Committing.claim);
    return this.take('commit 3 head check', head);
  }

  // 4. Claim: the commit point.
  #claim(): boolean {
    const { now } = this.moves;
    const number = this.number;
    if (number > this.moves.layout.highest) throw new RangeError(`generation ${number} is above all that can be`);
    const isReplacing = this.moves.hasBug('lock-without-claim');
    const draft = this.get(DRAFT);
    if (draft === 0) return this.loseRace('commit 4 claim: the draft is gone', number);
    if (now.manifest(number) !== 0 && !isReplacing) return this.loseRace('commit 4 claim: taken', number);
    const isTrusting = isReplacing || this.moves.hasBug('unconfirmed-claim');
    const next = this.fork(isTrusting ? Committing.readCurrent : Committing.isMineTheHead);
    next.removeGeneration(number);
    next.setManifest(number, this.get(Client.held));
    if (draft === 2) next.add(Field.files, number);
    next.setClient(this.client, DRAFT, 0);
    if (isTrusting && !this.moves.configuration.pointer)
      return this.end('acknowledged', 'commit 4 claim', undefined, next);
    if (this.moves.hasBug('swap-before-claim')) return this.end('acknowledged', 'commit 4 claim', undefined, next);
    return this.take('commit 4 claim', number);
  }

  // 6. Raise CURRENT.
  #readCurrent(): boolean {
    const next = this.fork(Committing.raiseCurrent);
    next.setClient(this.client, Client.seen, this.moves.now.get(Field.current));
    return this.take('commit 6 read CURRENT', this.moves.now.get(Field.current));
  }

  #raiseCurrent(): boolean {
    const isEarly = this.moves.hasBug('swap-before-claim');
    const next = this.fork(isEarly ? Committing.claim : Committing.idle);
    if (this.get(Client.seen) < this.number) next.set(Field.current, this.number);
    if (isEarly) return this.take('commit 6 raise CURRENT', this.number);
    return this.end('acknowledged', 'commit 6 raise CURRENT, unlock', undefined, next);
  }
}
