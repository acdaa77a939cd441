/** Pinning an older generation: for reading it, tagging it, or rolling back to it. */
import { ClientActor, Committing, endOperation, Pinning, rejoin } from './client-actor.js';
import type { Operation } from './configuration.js';
import type { Moves } from './moves.js';
import { Client, Field } from './state.js';

/** Takes every step that a client can do now with a generation that it pins; true if there is one. */
export function findPinSteps(moves: Moves, client: number, operation: Operation): boolean {
  return new PinSteps(moves, client, operation).takeStep();
}

class PinSteps extends ClientActor {
  takeStep(): boolean {
    switch (this.get(Client.step)) {
      case Committing.idle:
        return this.#pin();
      case Pinning.look:
        return this.#look('pin 2 look for manifest.json', Pinning.lookForRetired);
      case Pinning.lookForRetired:
        return this.#lookForRetired();
      case Pinning.lookOnceMore:
        return this.#look('pin 2 look for manifest.json once more', undefined);
      case Pinning.isInHistory:
        return this.#askTheHead();
      case Pinning.isStillThere:
        return this.#lookWhetherRetired();
      case Pinning.reading:
        return this.#use();
      case Pinning.tagged:
        return this.#confirmTag();
      default:
        return this.#unpin();
    }
  }

  // 1. Pin whatever generation is in the directory.
  #pin(): boolean {
    const { now, layout } = this.moves;
    for (let generation = 1; generation <= layout.highest; generation++) {
      if (now.manifest(generation) === 0) continue;
      const next = this.fork(Pinning.look);
      rejoin(next, this.client);
      next.setClient(this.client, Client.pin, generation);
      next.setClient(this.client, Client.base, generation);
      this.take('pin 1 pin', generation);
    }
    return true;
  }

  // 2. Check that it is not retired, which is one name; 3. read it.
  #look(name: string, otherwise: number | undefined): boolean {
    const { now } = this.moves;
    const generation = this.get(Client.base);
    const manifest = now.manifest(generation);
    if (manifest !== 0 && !now.has(Field.retired, generation)) return this.#found(name, manifest);
    if (otherwise === undefined) return this.#refuse(`${name}: it is gone`);
    this.fork(otherwise);
    return this.take(`${name}: it is not there`, generation);
  }

  #lookForRetired(): boolean {
    const { now } = this.moves;
    const generation = this.get(Client.base);
    const manifest = now.manifest(generation);
    const name = 'pin 2 look for retired.json';
    if (manifest === 0 || !now.has(Field.retired, generation)) {
      this.fork(Pinning.lookOnceMore);
      return this.take(`${name}: it is not there`, generation);
    }
    // What is tagged has been protected since before it was retired.
    if (now.get(Field.tag) === generation) return this.#found(name, manifest);
    return this.#refuse(`${name}: it is retired`);
  }

  #found(name: string, manifest: number): boolean {
    const isTagged = this.moves.now.get(Field.tag) === this.get(Client.base);
    const isAsking = !isTagged && !this.moves.hasBug('restore-dead-number');
    const next = this.fork(isAsking ? Pinning.isInHistory : Pinning.reading);
    next.setClient(this.client, Client.target, manifest);
    return this.take(`${name}: pin 3 read it`, this.get(Client.base));
  }

  // 4. Was it ever committed? It is the head, the parent of the next one, or known to the head.
  #askTheHead(): boolean {
    const { now } = this.moves;
    const generation = this.get(Client.base);
    const isCommitted = this.moves.head(now) <= generation || this.#isKnown(generation);
    if (!isCommitted) return this.#refuse('pin 4 ask whether it was committed: it cannot prove it');
    this.fork(Pinning.isStillThere);
    return this.take('pin 4 ask whether it was committed: it was', generation);
  }

  #isKnown(generation: number): boolean {
    const { now, manifests, configuration } = this.moves;
    const { change } = manifests.get(this.get(Client.target));
    const next = now.manifest(generation + 1);
    if (next !== 0) return manifests.get(next).parent === change;
    const { writers } = manifests.get(now.manifest(this.moves.head(now)));
    const writer = configuration.clients.findIndex((_, client) => this.#isChangeOf(change, client));
    return ((writers[writer] ?? 0) & 15) >= generation;
  }

  #isChangeOf(change: number, client: number): boolean {
    const first = this.moves.change(client, 0);
    return change >= first && change < first + (this.moves.configuration.clients[client]?.length ?? 0);
  }

  // 5. Still there? Whoever claims a dead number takes it back before committing anything else.
  #lookWhetherRetired(): boolean {
    const { now } = this.moves;
    const generation = this.get(Client.base);
    const isThere = now.manifest(generation) === this.get(Client.target);
    const isKept = now.get(Field.tag) === generation || !now.has(Field.retired, generation);
    if (!isThere || !isKept) return this.#refuse('pin 5 look again: it is retired');
    this.fork(Pinning.reading);
    return this.take('pin 5 look again: it is not retired', generation);
  }

  #use(): boolean {
    const generation = this.get(Client.base);
    if (this.operation === 'rollback') {
      const isWhole = this.moves.isComplete(this.moves.now, this.get(Client.target));
      if (!isWhole) return this.#refuse('roll back 1 compare every file: GENERATION_DAMAGED');
      this.fork(Committing.look);
      return this.take('roll back 1 compare every file', generation);
    }
    if (this.operation === 'open') {
      endOperation(this.moves, this.fork(Pinning.unpin), this.client);
      return this.take('open: read every file, close', generation);
    }
    const next = this.fork(Pinning.tagged);
    next.set(Field.tag, generation);
    return this.take('tag: write the tag', generation);
  }

  /** A tag is acknowledged if the pin outlived its writing: then collectors have seen the one or the other. */
  #confirmTag(): boolean {
    const generation = this.get(Client.base);
    const isSure = this.moves.hasBug('unguarded-tag') || this.moves.isRegistered(this.moves.now, this.client);
    const next = this.fork(Pinning.unpin);
    if (isSure) next.set(Field.tagged, this.get(Client.target));
    else next.set(Field.tag, 0);
    endOperation(this.moves, next, this.client);
    return this.take(isSure ? 'tag: acknowledged' : 'tag: not registered, taken back', generation);
  }

  #refuse(name: string): boolean {
    const next = this.fork(Pinning.unpin);
    if (this.operation === 'rollback') {
      next.add(Field.refused, this.moves.change(this.client, this.get(Client.done)));
    }
    endOperation(this.moves, next, this.client);
    return this.take(`${name} → refused`, this.get(Client.base));
  }

  #unpin(): boolean {
    const next = this.fork(Committing.idle);
    next.setClient(this.client, Client.pin, 0);
    endOperation(this.moves, next, this.client);
    return this.take(this.operation === 'rollback' ? 'roll back 3 unpin' : 'unpin', this.get(Client.pin));
  }
}
