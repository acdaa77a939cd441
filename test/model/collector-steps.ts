/** What a collector does: clearing up after the dead, then (a) to (e) of `docs/protocol.md`. */
import type { Moves } from './moves.js';
import { Client, Collecting, Field, type State } from './state.js';

export const CollectorStep = {
  idle: 0,
  removeRecord: 1,
  buryDrafts: 2,
  emptyDraft: 3,
  removePins: 4,
  readKeepers: 5,
  retire: 6,
  takeBack: 7,
  observe: 8,
  listPins: 9,
  mark: 10,
  sweep: 11,
  bury: 12,
  dead: 15,
} as const;

/** Takes every step that a collector can do now. */
export function takeCollectorSteps(moves: Moves, collector: number): void {
  new CollectorSteps(moves, collector).take();
}

/** A client that a collector may take for dead, now or by mistake, and that left something. */
export function findsToClear(moves: Moves, state: State, client: number): boolean {
  const hasLeft = state.client(client, Client.draft) !== 0 || state.client(client, Client.pin) !== 0;
  if (!state.has(Field.registered, client) && !hasLeft) return false;
  return state.has(Field.dead, client) || (state.get(Field.mistakes) > 0 && isAtWork(moves, state, client));
}

function isAtWork(moves: Moves, state: State, client: number): boolean {
  return state.client(client, Client.done) < (moves.configuration.clients[client]?.length ?? 0);
}

class CollectorSteps {
  readonly #moves: Moves;
  readonly #collector: number;

  constructor(moves: Moves, collector: number) {
    this.#moves = moves;
    this.#collector = collector;
  }

  take(): void {
    const step = this.#get(Collecting.step);
    if (step === CollectorStep.idle) {
      this.#chooseVictim();
      this.#plan();
    } else if (step <= CollectorStep.removePins) this.#clear(step);
    else this.#collect(step);
  }

  #collect(step: number): void {
    if (step === CollectorStep.readKeepers) this.#readKeepers();
    if (step === CollectorStep.retire) this.#retire();
    if (step === CollectorStep.takeBack) this.#takeBack();
    if (step === CollectorStep.observe) this.#observe();
    if (step === CollectorStep.listPins) this.#listPins();
    if (step === CollectorStep.mark) this.#mark();
    if (step === CollectorStep.sweep) this.#sweep();
    if (step === CollectorStep.bury) this.#bury();
  }

  /** Judges somebody dead: rightly, or by mistake. What it left is cleared away in this order. */
  #chooseVictim(): void {
    const { now, configuration } = this.#moves;
    if (this.#moves.hasBug('forget-the-dead')) return;
    for (let client = 0; client < configuration.clients.length; client++) {
      if (!findsToClear(this.#moves, now, client)) continue;
      const isRecordLast = this.#moves.hasBug('record-last');
      const next = this.#fork(isRecordLast ? this.#firstDraftStep : CollectorStep.removeRecord);
      if (!now.has(Field.dead, client)) next.set(Field.mistakes, now.get(Field.mistakes) - 1);
      next.setCollector(this.#collector, Collecting.cursor, client + 1);
      next.setCollector(this.#collector, Collecting.listed, now.client(client, Client.id));
      this.#take(now.has(Field.dead, client) ? 'clear up: find a dead client' : 'clear up: take for dead', client + 1);
    }
  }

  get #firstDraftStep(): number {
    return this.#moves.hasBug('discard-in-place') ? CollectorStep.emptyDraft : CollectorStep.buryDrafts;
  }

  #clear(step: number): void {
    const victim = this.#get(Collecting.cursor) - 1;
    // What it leaves under a new id is not what was found dead.
    const isSame = this.#moves.now.client(victim, Client.id) === this.#get(Collecting.listed);
    const next = this.#fork(this.#afterClearing(step));
    if (next.collector(this.#collector, Collecting.step) === CollectorStep.idle) {
      for (const field of [Collecting.cursor, Collecting.listed]) next.setCollector(this.#collector, field, 0);
    }
    switch (step) {
      case CollectorStep.removeRecord:
        if (isSame) next.remove(Field.registered, victim);
        this.#take('clear up 1 empty the record', victim + 1);
        return;
      case CollectorStep.emptyDraft:
        if (isSame && next.client(victim, Client.draft) === 2) next.setClient(victim, Client.draft, 1);
        this.#take('clear up: delete a file of the draft', victim + 1);
        return;
      case CollectorStep.buryDrafts:
        if (isSame) next.setClient(victim, Client.draft, 0);
        this.#take('clear up 2 bury the draft', victim + 1);
        return;
      default:
        if (isSame) next.setClient(victim, Client.pin, 0);
        this.#take('clear up 3 remove the pin', victim + 1);
        return;
    }
  }

  #afterClearing(step: number): number {
    const isRecordLast = this.#moves.hasBug('record-last');
    if (step === CollectorStep.removeRecord) return isRecordLast ? CollectorStep.idle : this.#firstDraftStep;
    if (step === CollectorStep.emptyDraft) return CollectorStep.buryDrafts;
    if (step === CollectorStep.buryDrafts) return CollectorStep.removePins;
    return isRecordLast ? CollectorStep.removeRecord : CollectorStep.idle;
  }

  // Before (a): what is there, and what keeps it. Only the head is retained by its number.
  #plan(): void {
    const { now } = this.#moves;
    const head = now.highest();
    const old = now.listing() & ~now.get(Field.retired) & ~(1 << head);
    if (this.#moves.isFine) {
      const next = this.#fork(CollectorStep.readKeepers);
      next.setCollector(this.#collector, Collecting.head, head);
      next.setCollector(this.#collector, Collecting.retired, old);
      this.#take('collect: list the generations', head);
      return;
    }
    this.#planned(old, head);
  }

  #readKeepers(): void {
    this.#planned(this.#get(Collecting.retired), this.#get(Collecting.head));
  }

  #planned(old: number, head: number): void {
    const todo = old & ~this.#keptNow();
    const next = this.#fork(todo === 0 ? this.#afterRetiring : CollectorStep.retire);
    next.setCollector(this.#collector, Collecting.head, head);
    next.setCollector(this.#collector, Collecting.retired, todo);
    this.#take('collect: plan', head);
  }

  get #afterRetiring(): number {
    return this.#moves.hasBug('pins-before-retired') ? CollectorStep.listPins : CollectorStep.observe;
  }

  // (a) Retire.
  #retire(): void {
    const { now } = this.#moves;
    const todo = this.#get(Collecting.retired);
    const generation = lowest(todo);
    const rest = todo & ~(1 << generation);
    const isUnsure = this.#moves.hasBug('unretire-pinned');
    const next = this.#fork(isUnsure ? CollectorStep.takeBack : this.#afterOne(rest));
    if (now.manifest(generation) !== 0) next.add(Field.retired, generation);
    if (!isUnsure) next.setCollector(this.#collector, Collecting.retired, rest);
    this.#take('collect (a) retire', generation);
  }

  #afterOne(rest: number): number {
    return rest === 0 ? this.#afterRetiring : CollectorStep.retire;
  }

  #takeBack(): void {
    const todo = this.#get(Collecting.retired);
    const generation = lowest(todo);
    const rest = todo & ~(1 << generation);
    const next = this.#fork(this.#afterOne(rest));
    const isPinned = (this.#keptNow() >> generation) & 1;
    if (isPinned) next.remove(Field.retired, generation);
    next.setCollector(this.#collector, Collecting.retired, rest);
    this.#take(isPinned ? 'collect: take the retirement back' : 'collect: it is not pinned', generation);
  }

  // (b) Observe what is retired.
  #observe(): void {
    const then = this.#moves.hasBug('pins-before-retired') ? CollectorStep.mark : CollectorStep.listPins;
    this.#walk('collect (b) observe', then, (next, generation) => {
      if (this.#moves.now.has(Field.retired, generation)) this.#mask(next, Collecting.retired, 1 << generation);
    });
  }

  // (c) List the pins.
  #listPins(): void {
    const isEarly = this.#moves.hasBug('pins-before-retired');
    const next = this.#fork(isEarly ? CollectorStep.observe : CollectorStep.mark);
    next.setCollector(this.#collector, Collecting.pinned, this.#keptNow());
    this.#take('collect (c) list the pins');
  }

  // (d) Mark.
  #mark(): void {
    const { now, manifests } = this.#moves;
    const isLater = this.#moves.hasBug('mark-by-later-look');
    const retired = isLater ? now.get(Field.retired) : this.#get(Collecting.retired);
    const skipped = retired & ~this.#get(Collecting.pinned);
    this.#walk('collect (d) mark', CollectorStep.sweep, (next, generation) => {
      const manifest = now.manifest(generation);
      if (((skipped >> generation) & 1) === 1) return;
      // It has gone since it was listed, and cannot say what it refers to: all of its number and below stays.
      const marks = manifest === 0 ? (2 << generation) - 1 : manifests.get(manifest).owners;
      this.#mask(next, Collecting.marked, marks);
    });
  }

  /** Does `visit` for every generation in the directory: all in one step or, finely, one a step. */
  #walk(name: string, then: number, visit: (next: State, generation: number) => void): void {
    const { now, isFine } = this.#moves;
    const cursor = this.#get(Collecting.cursor);
    const next = this.#moves.fork();
    const listed = cursor === 0 ? now.listing() : this.#get(Collecting.listed);
    if (!isFine) {
      for (let rest = listed; rest !== 0; rest &= rest - 1) visit(next, lowest(rest));
      next.setCollector(this.#collector, Collecting.step, then);
      this.#take(name);
      return;
    }
    const generation = lowest(listed);
    visit(next, generation);
    const rest = listed & ~(1 << generation);
    next.setCollector(this.#collector, Collecting.listed, rest);
    next.setCollector(this.#collector, Collecting.cursor, rest === 0 ? 0 : generation);
    if (rest === 0) next.setCollector(this.#collector, Collecting.step, then);
    this.#take(name, generation);
  }

  // (e) Sweep one generation after another, up to the head before (a).
  #sweep(): void {
    const { now } = this.#moves;
    const from = this.#get(Collecting.cursor) + 1;
    for (let generation = from; generation <= this.#get(Collecting.head); generation++) {
      if (now.manifest(generation) === 0 || !this.#maySweep(generation)) continue;
      const isMarked = (this.#get(Collecting.marked) >> generation) & 1;
      const isGrave = !isMarked && now.has(Field.retired, generation);
      const isUnmarked = !isMarked && now.has(Field.files, generation);
      if (!isGrave && !isUnmarked) continue;
      const next = this.#fork(CollectorStep.sweep);
      next.setCollector(this.#collector, Collecting.cursor, generation);
      if (isGrave && this.#moves.isFine) {
        next.setCollector(this.#collector, Collecting.step, CollectorStep.bury);
        this.#take('collect (e) look at a retired generation', generation);
        return;
      }
      if (isGrave) next.removeGeneration(generation);
      else next.remove(Field.files, generation);
      this.#take(isGrave ? 'collect (e) take to the trash' : 'collect (e) delete its file', generation);
      return;
    }
    const next = this.#fork(CollectorStep.idle);
    for (const field of Object.values(Collecting)) next.setCollector(this.#collector, field, 0);
    this.#take('collect: done');
  }

  /** Only what (b) observed and (c) did not find pinned; others may rely on what was retired since. */
  #maySweep(generation: number): boolean {
    const isObserved = ((this.#get(Collecting.retired) >> generation) & 1) === 1;
    const isPinned = ((this.#get(Collecting.pinned) >> generation) & 1) === 1;
    return (isObserved || this.#moves.hasBug('bury-unobserved')) && (!isPinned || this.#moves.hasBug('bury-pinned'));
  }

  #bury(): void {
    const generation = this.#get(Collecting.cursor);
    this.#fork(CollectorStep.sweep).removeGeneration(generation);
    this.#take('collect (e) take to the trash', generation);
  }

  /** What is pinned or tagged now. */
  #keptNow(): number {
    const { now, configuration } = this.#moves;
    let kept = 1 << now.get(Field.tag);
    for (let client = 0; client < configuration.clients.length; client++) kept |= 1 << now.client(client, Client.pin);
    return kept & ~1;
  }

  #mask(next: State, field: number, bits: number): void {
    next.setCollector(this.#collector, field, next.collector(this.#collector, field) | bits);
  }

  #get(field: number): number {
    return this.#moves.now.collector(this.#collector, field);
  }

  #fork(step: number): State {
    const next = this.#moves.fork();
    next.setCollector(this.#collector, Collecting.step, step);
    return next;
  }

  #take(name: string, about?: number): void {
    this.#moves.take(`c${this.#collector + 1}`, name, about);
  }
}

function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
