/** A network between a client and its object store that loses, delays and repeats requests and answers. */
import type { ListedObject, ObjectStore, StoredObject } from '../../../dist/store/s3/object-store.js';

/** What becomes of requests, each as the chance of one, from 0 to 1. */
export interface Weather {
  /** The request is lost; the client hears of an error. */
  readonly lostRequest: number;
  /** It is done; the client hears of an error. */
  readonly lostAnswer: number;
  /** The client hears of an error; the request is done later, whatever has happened since. */
  readonly late: number;
  /** It is done, the client hears so, and it is done once more later. */
  readonly repeated: number;
  /** The client's library asks twice, and tells the second answer. */
  readonly askedTwice: number;
  /** How much later, at most. Milliseconds. */
  readonly latestMs: number;
}

export const STORM: Weather = {
  lostRequest: 0.02,
  lostAnswer: 0.02,
  late: 0.02,
  repeated: 0.05,
  askedTwice: 0.03,
  latestMs: 100,
};

export class StormyObjects implements ObjectStore {
  readonly location: string;
  readonly #calm: ObjectStore;
  readonly #weather: Weather;
  readonly #random: () => number;

  constructor(calm: ObjectStore, weather: Weather, random: () => number) {
    this.location = calm.location;
    this.#calm = calm;
    this.#weather = weather;
    this.#random = random;
  }

  get(key: string): Promise<StoredObject | undefined> {
    return this.#again(() => this.#read(() => this.#calm.get(key)));
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#again(() => this.#write(() => this.#calm.put(key, bytes)));
  }

  putIf(key: string, expectedEtag: string | undefined, bytes: Uint8Array): Promise<string | undefined> {
    return this.#write(() => this.#calm.putIf(key, expectedEtag, bytes));
  }

  copy(from: string, to: string): Promise<boolean> {
    return this.#again(() => this.#write(() => this.#calm.copy(from, to)));
  }

  list(prefix: string, options: { readonly after?: string } = {}): Promise<readonly ListedObject[]> {
    return this.#again(() => this.#read(() => this.#calm.list(prefix, options)));
  }

  remove(key: string): Promise<void> {
    return this.#again(() => this.#write(() => this.#calm.remove(key)));
  }

  /** What has no condition is asked again by any client's library. */
  async #again<T>(request: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await request();
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  }

  async #read<T>(request: () => Promise<T>): Promise<T> {
    await this.#wait(3);
    if (this.#random() < this.#weather.lostRequest) throw new Error('reset');
    return request();
  }

  async #write<T>(request: () => Promise<T>): Promise<T> {
    await this.#wait(3);
    const { lostRequest, lostAnswer, late, repeated, askedTwice } = this.#weather;
    let chance = this.#random();
    const isNext = (part: number): boolean => {
      chance -= part;
      return chance < 0;
    };
    if (isNext(lostRequest)) throw new Error('no connection');
    if (isNext(late)) {
      this.#later(request);
      throw new Error('timeout');
    }
    const answer = await request();
    if (isNext(lostAnswer)) throw new Error('500');
    if (isNext(repeated)) this.#later(request);
    if (isNext(askedTwice)) return request();
    return answer;
  }

  #later(request: () => Promise<unknown>): void {
    setTimeout(() => void request(), this.#random() * this.#weather.latestMs);
  }

  async #wait(longestMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#random() * longestMs));
  }
}
