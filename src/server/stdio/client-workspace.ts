import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/server';
import type { FoundRoot } from '../configuration/index.js';

/** How long a client may take to say which folder it has open, from when somebody needs it. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * The folder that the client of this process has open: of the environment that the client started it with, else of the
 * roots that a client of the 2025 revisions lists when it is asked.
 */
export class ClientWorkspace {
  readonly #told: Promise<FoundRoot | undefined>;
  #tell: (workspace: FoundRoot | undefined) => void = () => {};

  constructor() {
    this.#told = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** The folder; undefined if the client does not tell one. */
  async find(): Promise<FoundRoot | undefined> {
    const { workspaceInEnvironment } = await import('../configuration/index.js');
    const workspace = workspaceInEnvironment(process.env);
    return workspace ?? Promise.race([this.#told, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  }

  /** The client can not be asked. */
  giveUp(): void {
    this.#tell(undefined);
  }

  /** Asks a client that is connected and initialized. */
  ask({ server }: McpServer): void {
    if (server.getClientCapabilities()?.roots === undefined) {
      this.giveUp();
      return;
    }
    Promise.all([server.listRoots(undefined, { timeout: ANSWER_WITHIN_MS }), import('../configuration/index.js')]).then(
      ([{ roots }, { workspaceInRoots }]) => this.#tell(workspaceInRoots(roots.map(({ uri }) => uri))),
      // It said that it could be asked, and now does not answer: then it tells none.
      () => this.giveUp(),
    );
  }
}
