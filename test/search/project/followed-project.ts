import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SearchAnswer, StatusAnswer } from '../../../dist/search/index.js';
import { optionsFor, until } from './temporary-project-index.js';

const PROGRAM = fileURLToPath(new URL('followed-project.mjs', import.meta.url));
const OWN_USERS = ['unshare', '--user', '--map-root-user'];

/** False where no user namespace can be made in which watches can be limited. */
export const canLimitWatches: boolean =
  process.platform === 'linux' &&
  spawnSync('unshare', [...OWN_USERS.slice(1), 'test', '-w', '/proc/sys/user/max_inotify_watches']).status === 0;

interface Actions {
  start: (given?: undefined) => null;
  search: (query: string) => SearchAnswer;
  status: (given?: undefined) => StatusAnswer;
  loseWatches: (given?: undefined) => null;
  allowWatches: (count: number) => null;
  /** Documents that the process has opened since it was last asked. */
  takeOpened: (given?: undefined) => readonly string[];
}

/** A process that follows a project, so that its watches can be taken away and its reads be counted. */
export class FollowedProject implements AsyncDisposable {
  readonly #process: ChildProcess;
  #next = 0;

  /**
   * @param place.indexPath default `.snapdex` in the root; `hasOwnLimits` is needed by `allowWatches`; `fault` is a program
   * that is loaded first, in each thread, and does what the file `told` says
   */
  constructor(place: {
    readonly root: string;
    readonly indexPath?: string;
    readonly hasOwnLimits?: true;
    readonly fault?: { readonly program: `${string}.cjs`; readonly told: string };
  }) {
    const { root, indexPath = join(root, '.snapdex') } = place;
    const program = [process.execPath, PROGRAM, JSON.stringify(optionsFor(root, indexPath))];
    const [command = '', ...parameters] = place.hasOwnLimits ? [...OWN_USERS, ...program] : program;
    this.#process = spawn(command, parameters, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...(place.fault && environmentOf(place.fault)) },
    });
  }

  async ask<Action extends keyof Actions>(
    action: Action,
    given?: Parameters<Actions[Action]>[0],
  ): Promise<ReturnType<Actions[Action]>> {
    const id = this.#next++;
    const answered = new Promise<ReturnType<Actions[Action]>>((resolve, reject) => {
      const onMessage = (message: { id: number; answer: ReturnType<Actions[Action]>; failure?: string }): void => {
        if (message.id !== id) return;
        this.#process.off('message', onMessage);
        if (message.failure === undefined) resolve(message.answer);
        else reject(new Error(message.failure));
      };
      this.#process.on('message', onMessage);
    });
    this.#process.send({ id, action, given });
    return answered;
  }

  /** Starts it and waits until it is up to date; what it read until then is not counted. */
  async start(): Promise<void> {
    await this.ask('start');
    await this.untilCurrent();
    await this.ask('takeOpened');
  }

  async untilCurrent(): Promise<void> {
    await until(
      async () => !(await this.ask('status')).stale,
      () => this.ask('status'),
    );
  }

  async problemCodes(): Promise<readonly string[]> {
    return (await this.ask('status')).problems.map(({ code }) => code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}

function environmentOf({ program, told }: { readonly program: string; readonly told: string }): Record<string, string> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return { NODE_OPTIONS: `--require ${path}`, SNAPDEX_TEST_TOLD: told };
}
