import { z } from 'zod';
import type { Environment } from '../environment.js';
import { StoreError } from '../errors.js';
import { judgeProcess, type ProcessIdentity, parseRecord, processIdentitySchema } from '../process-identity.js';
import { type SignsOfLife, signsOfLifeIn } from '../signs-of-life.js';
import type { HeldLock } from '../storage.js';
import type { LiveRegister, Registers } from './registers.js';

/** After so long without a sign of life a holder elsewhere counts as dead. */
const STALE_MS = 10_000;
const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

const holderSchema = z.object({ holder: z.string(), identity: processIdentitySchema });

export interface RegisterLockOptions {
  readonly registers: Registers;
  readonly key: string;
  readonly environment: Environment;
  /** Whether a silent holder counts as dead although its process is there: where nothing depends on the lock for safety. */
  readonly replacesSilent: boolean;
}

/** Who holds a lock. */
export interface Holder {
  readonly name: string;
  /** Changes with every sign of life. */
  readonly version: string;
  readonly identity: ProcessIdentity | 'lost' | undefined;
}

/** A lock that one register is. As on disk, it gives order and never safety. */
export class RegisterLock {
  readonly #options: RegisterLockOptions;
  readonly #signs: SignsOfLife;
  /** The register as this process left it free, so that taking it again costs one request. */
  #left: string | undefined;

  constructor(options: RegisterLockOptions) {
    this.#options = options;
    this.#signs = signsOfLifeIn(options.environment);
  }

  /** Waits for the lock. @throws StoreError LOCK_TIMEOUT */
  async acquire(wanted: { readonly holder: string; readonly timeoutMs: number }): Promise<HeldLock> {
    return waitFor(this.#options.environment, wanted.timeoutMs, {
      attempt: () => this.tryAcquire({ holder: wanted.holder, onLost: () => {} }),
      describe: async () => `${this.#options.key}; ${describeHolder(await this.findHolder())}`,
    });
  }

  /** The lock, or `undefined` if somebody who may be alive has it. */
  async tryAcquire(wanted: { readonly holder: string; readonly onLost: () => void }): Promise<HeldLock | undefined> {
    const { registers, key, environment } = this.#options;
    const content = Buffer.from(JSON.stringify({ holder: wanted.holder, identity: environment.identity() }));
    const etag = (await this.#retake(content)) ?? (await this.#take(content));
    return etag === undefined
      ? undefined
      : new HeldRegister({ registers, key, content, etag }, wanted.onLost, (left) => {
          this.#left = left;
        });
  }

  /** Who holds the lock and may be alive. */
  async findHolder(): Promise<Holder | undefined> {
    const found = await this.#options.registers.find(this.#options.key);
    const holder = found && this.#holderOf(found);
    return holder === undefined || this.#isGone(holder) ? undefined : holder;
  }

  async #retake(content: Uint8Array): Promise<string | undefined> {
    const { registers, key } = this.#options;
    const left = this.#left;
    this.#left = undefined;
    return left === undefined ? undefined : registers.swap(key, left, content);
  }

  async #take(content: Uint8Array): Promise<string | undefined> {
    const { registers, key } = this.#options;
    const state = await registers.read(key);
    const isTaken =
      state.etag !== undefined &&
      state.content !== undefined &&
      !this.#isGone(this.#holderOf({ etag: state.etag, content: state.content }));
    return isTaken ? undefined : registers.swap(key, state.etag, content);
  }

  #holderOf({ etag, content }: LiveRegister): Holder {
    const record = parseRecord(content, holderSchema);
    if (record === undefined || record === 'lost') return { name: '', version: etag, identity: record };
    return { name: record.holder, version: etag, identity: record.identity };
  }

  #isGone({ name, version, identity }: Holder): boolean {
    const verdict = judgeProcess(identity, this.#options.environment.identity());
    if (verdict === 'dead') return true;
    const isJudgedBySilence = verdict === 'unknown' || this.#options.replacesSilent;
    return isJudgedBySilence && this.#signs.silentMs(`${this.#options.key} ${name}`, version) > STALE_MS;
  }
}

interface Hold {
  readonly registers: Registers;
  readonly key: string;
  readonly content: Uint8Array;
  readonly etag: string;
}

/** A lock while it is held: its signs of life, and letting it go. */
class HeldRegister implements HeldLock {
  readonly #hold: Hold;
  readonly #onLost: () => void;
  readonly #onLeft: (etag: string | undefined) => void;
  readonly #timer: NodeJS.Timeout;
  #etag: string;
  #isLost = false;
  #isReleased = false;
  /** One swap at a time, so that each knows what it stands on. */
  #last: Promise<void> = Promise.resolve();

  constructor(hold: Hold, onLost: () => void, onLeft: (etag: string | undefined) => void) {
    this.#hold = hold;
    this.#etag = hold.etag;
    this.#onLost = onLost;
    this.#onLeft = onLeft;
    this.#timer = setInterval(() => {
      this.#last = this.#last.then(() => this.#beat());
    }, STALE_MS / 2).unref();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
    if (this.#isLost || this.#isReleased) return;
    this.#isReleased = true;
    // Who is not let go is taken for dead after a while.
    const left = await this.#hold.registers.swap(this.#hold.key, this.#etag, undefined).catch(() => undefined);
    this.#onLeft(left);
  }

  async #beat(): Promise<void> {
    if (this.#isLost || this.#isReleased) return;
    const { registers, key, content } = this.#hold;
    try {
      const etag = await registers.swap(key, this.#etag, content);
      if (etag !== undefined) this.#etag = etag;
      else this.#lose();
    } catch {
      // Whether or not it was heard: nobody can be asked now. The next sign of life finds out.
      this.#lose();
    }
  }

  #lose(): void {
    this.#isLost = true;
    clearInterval(this.#timer);
    this.#onLost();
  }
}

/** What `attempt` answers, asked again until it answers something. @throws StoreError LOCK_TIMEOUT */
export async function waitFor<T>(
  environment: Environment,
  timeoutMs: number,
  waiting: { readonly attempt: () => Promise<T | undefined>; readonly describe: () => Promise<string> },
): Promise<T> {
  const startedMs = environment.monotonicMs();
  for (let tries = 0; ; tries++) {
    const result = await waiting.attempt();
    if (result !== undefined) return result;
    if (environment.monotonicMs() - startedMs >= timeoutMs) {
      throw new StoreError('LOCK_TIMEOUT', `not free within ${timeoutMs} ms: ${await waiting.describe()}`, {
        remedy:
          'Nothing was changed; call again. A holder that shows no sign of life is replaced after a while; one that is alive and busy, in a slow function of an update, is not.',
      });
    }
    const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
    await environment.sleep(pauseMs * (0.5 + environment.random()));
  }
}

function describeHolder(holder: Holder | undefined): string {
  const identity = holder?.identity;
  if (identity === undefined || identity === 'lost') return 'it was taken by others each time';
  return `process ${identity.pid} on ${identity.host} took it`;
}
