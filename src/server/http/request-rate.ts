/** How often may be asked: `burst` at once, then `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** More clients than this are not remembered at once; those who were silent the longest are forgotten. */
const MOST_CLIENTS = 4096;

/** What a client has left, and when that was reckoned. */
interface Bucket {
  left: number;
  atMs: number;
}

/** Counts what clients ask for, each by itself and all together, as token buckets. */
export class RequestRate {
  readonly #each: Rate;
  readonly #all: Rate;
  readonly #nowMs: () => number;
  readonly #clients = new Map<string, Bucket>();
  readonly #total: Bucket;

  constructor(
    { each, all }: { readonly each: Rate; readonly all: Rate },
    nowMs: () => number = () => performance.now(),
  ) {
    this.#each = each;
    this.#all = all;
    this.#nowMs = nowMs;
    this.#total = { left: all.burst, atMs: nowMs() };
  }

  /** Counts one request; the seconds after which to ask again if it is too many, which is then not counted. */
  take(client: string): number | undefined {
    const own = this.#bucketOf(client);
    const wait = Math.max(secondsUntil(own, this.#each), secondsUntil(this.#refill(this.#total, this.#all), this.#all));
    if (wait > 0) return wait;
    own.left -= 1;
    this.#total.left -= 1;
    return undefined;
  }

  /** Makes a client wait the longer: it has guessed a token. */
  charge(client: string, requests: number): void {
    this.#bucketOf(client).left -= requests;
  }

  #bucketOf(client: string): Bucket {
    const bucket = this.#clients.get(client) ?? { left: this.#each.burst, atMs: this.#nowMs() };
    // Behind all others, so that the first one is the one that was silent the longest.
    this.#clients.delete(client);
    this.#clients.set(client, bucket);
    const [silent] = this.#clients.keys();
    if (this.#clients.size > MOST_CLIENTS && silent !== undefined) this.#clients.delete(silent);
    return this.#refill(bucket, this.#each);
  }

  #refill(bucket: Bucket, { burst, perSecond }: Rate): Bucket {
    const nowMs = this.#nowMs();
    bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    return bucket;
  }
}

/** Whole seconds, as `Retry-After` has them; 0 if there is something left now. */
function secondsUntil({ left }: Bucket, { perSecond }: Rate): number {
  return left >= 1 ? 0 : Math.ceil((1 - left) / perSecond);
}
