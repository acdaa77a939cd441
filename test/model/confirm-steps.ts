/** Step 5 of a commit: whether the claim counted. */
import { ClientActor, Committing } from './client-actor.js';
import { Client, Field } from './state.js';

export class ConfirmSteps extends ClientActor {
  // 5. Confirm the claim.
  isMineTheHead(): boolean {
    const { now } = this.moves;
    const isMine = this.moves.head(now) === this.number && this.isOurs;
    if (isMine) return this.committed('commit 5 confirm: mine is the head');
    this.fork(Committing.askTheHead);
    return this.take('commit 5 confirm: mine is not the head', this.number);
  }

  confirm(step: number): boolean {
    const moves = this.moves;
    const head = moves.head(moves.now);
    switch (step) {
      case Committing.askTheHead:
        if (!moves.isFine) return this.#judge(head);
        this.fork(Committing.lookForVerdict).setClient(this.client, Client.seen, head);
        return this.take('commit 5 look for the head', head);
      case Committing.lookForVerdict: {
        const seen = this.get(Client.seen);
        this.fork(this.#isInTable(seen) ? Committing.isCommittedStillTrue : Committing.isDeadStillTrue);
        return this.take('commit 5 read the head', seen);
      }
      case Committing.isCommittedStillTrue:
      case Committing.isDeadStillTrue:
        if (head === this.get(Client.seen)) return this.#follow(step === Committing.isCommittedStillTrue);
        this.fork(Committing.askTheHead).setClient(this.client, Client.seen, 0);
        return this.take('commit 5 look again', head);
      case Committing.isRegistered:
        if (!moves.isRegistered(moves.now, this.client) && !this.#isRenamed) {
          return this.end('unknown', 'commit 5 OUTCOME_UNKNOWN');
        }
        this.fork(Committing.takeBack);
        return this.take('commit 5 still registered');
      case Committing.takeBack:
        return this.#takeBack();
      default:
        throw new RangeError(`step ${step}: there is none`);
    }
  }

  /** Registered under a new id, and blind to that. */
  get #isRenamed(): boolean {
    const isBlind = this.moves.hasBug('confirm-by-new-name');
    return isBlind && this.moves.now.has(Field.registered, this.client);
  }

  #judge(head: number): boolean {
    return this.#follow(this.#isInTable(head));
  }

  #isInTable(head: number): boolean {
    if (this.moves.hasBug('higher-so-lost')) return false;
    if (this.moves.hasBug('confirm-by-new-name') && this.get(Client.renamed) === 1) return false;
    const { writers } = this.moves.manifests.get(this.moves.now.manifest(head));
    return (writers[this.client] ?? 0) >> 4 === this.change();
  }

  #follow(isCommitted: boolean): boolean {
    if (isCommitted) return this.committed('commit 5 confirm: the head has my nonce');
    this.fork(Committing.isRegistered).setClient(this.client, Client.seen, 0);
    return this.take('commit 5 confirm: a dead number', this.number);
  }

  #takeBack(): boolean {
    const { now } = this.moves;
    const next = this.fork(Committing.look);
    const number = this.number;
    if (this.isOurs) next.removeGeneration(number);
    const violation = this.isOurs && number === now.highest() ? `the head ${number} was taken back` : undefined;
    return this.loseRace('commit 5 take the number back', number, next, violation);
  }
}
