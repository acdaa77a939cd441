/** How much may be in use at once, by each client and by all. */
export interface Share {
  readonly each: number;
  readonly all: number;
}

/** Counts what clients hold at once: connections, streams, bytes. */
export class SharedLimit {
  readonly #share: Share;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(share: Share) {
    this.#share = share;
  }

  /** What all hold. */
  get total(): number {
    return this.#total;
  }

  /** Takes as much for a client; false if that would be too much, and nothing is taken then. */
  take(client: string, amount = 1): boolean {
    const held = (this.#held.get(client) ?? 0) + amount;
    if (held > this.#share.each || this.#total + amount > this.#share.all) return false;
    this.#held.set(client, held);
    this.#total += amount;
    return true;
  }

  /** Gives back what was taken. */
  giveBack(client: string, amount = 1): void {
    const held = (this.#held.get(client) ?? 0) - amount;
    if (held > 0) this.#held.set(client, held);
    else this.#held.delete(client);
    this.#total -= amount;
  }
}
