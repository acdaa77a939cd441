import type { Environment } from './environment.js';

/** Far more than anybody watches at a time; those that nobody has looked at for longest are forgotten. */
const REMEMBERED = 10_000;

interface Sign {
  readonly version: string;
  readonly sinceMs: number;
}

/**
 * What this process has seen of others: how long each has not changed what a sign of life changes, on this process's
 * own monotonic clock, for no other can be trusted.
 */
export class SignsOfLife {
  readonly #environment: Environment;
  readonly #seen = new Map<string, Sign>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** How long `version` of whoever bears this name has stayed the same; 0 at the first look. */
  silentMs(name: string, version: string): number {
    const nowMs = this.#environment.monotonicMs();
    const before = this.#seen.get(name);
    const sign = before?.version === version ? before : { version, sinceMs: nowMs };
    this.#seen.delete(name);
    this.#seen.set(name, sign);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return nowMs - sign.sinceMs;
  }
}

const everywhere = new WeakMap<Environment, SignsOfLife>();

/** One memory for all stores of this process, so that whoever opens one anew goes on from what was seen before. */
export function signsOfLifeIn(environment: Environment): SignsOfLife {
  const known = everywhere.get(environment) ?? new SignsOfLife(environment);
  everywhere.set(environment, known);
  return known;
}
