import type { Files, Promised } from './promised.js';

interface Page {
  readonly from: number;
  readonly promised: Promised;
}

/** What was promised when: each change counts from the event after which it was made. */
export class PromiseLedger {
  readonly #eventsSoFar: () => number;
  readonly #pages: Page[];

  constructor(beginning: Promised, eventsSoFar: () => number) {
    this.#eventsSoFar = eventsSoFar;
    this.#pages = [{ from: 0, promised: beginning }];
  }

  /** What held after so many events. */
  at(events: number): Promised {
    const page = this.#pages.findLast(({ from }) => from <= events);
    if (page === undefined) throw new RangeError(`nothing is known of event ${events}`);
    return page.promised;
  }

  defer(): void {
    this.#turn({ isDeferred: true });
  }

  claim(generation: number, files: Files): void {
    this.#turn({ claimed: new Map([...this.#now().claimed, [generation, files]]) });
  }

  /** Whoever retires a generation has a newer one on the disk: nothing as old as this one is needed any more. */
  retire(generation: number): void {
    const { acknowledged, retired, retiring } = this.#now();
    if (retired.has(generation)) return;
    this.#turn({
      retired: new Set([...retired, generation]),
      retiring: new Set([...retiring, generation]),
      acknowledged: Math.max(acknowledged, generation + 1),
    });
  }

  /** The retirement of a generation, if there was one, is on the disk. */
  settleRetirement(generation: number): void {
    const { retiring } = this.#now();
    if (retiring.has(generation)) this.#turn({ retiring: new Set([...retiring].filter((one) => one !== generation)) });
  }

  acknowledge(generation: number): void {
    this.#turn({ acknowledged: Math.max(this.#now().acknowledged, generation) });
  }

  beginTag(name: string, generation: number): void {
    this.#turn({ tags: new Map([...this.#now().tags, [name, { generation, isPerhaps: true }]]) });
  }

  endTag(name: string, generation: number): void {
    this.#turn({ tags: new Map([...this.#now().tags, [name, { generation, isPerhaps: false }]]) });
    this.acknowledge(generation);
  }

  beginUntag(name: string): void {
    const tag = this.#now().tags.get(name);
    if (tag !== undefined) this.beginTag(name, tag.generation);
  }

  endUntag(name: string): void {
    this.#turn({ tags: new Map([...this.#now().tags].filter(([known]) => known !== name)) });
  }

  #now(): Promised {
    return this.at(this.#eventsSoFar());
  }

  #turn(change: Partial<Promised>): void {
    this.#pages.push({ from: this.#eventsSoFar(), promised: { ...this.#now(), ...change } });
  }
}
