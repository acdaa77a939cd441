import type { ServerResponse } from 'node:http';
import type { ProjectIndex } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';
import { problemReport } from '../problem-report.js';
import { answerHeaders } from './page-headers.js';

/** How often it is looked what the instances do; generations are told at once. */
const LOOK_MS = 1000;
/** A sign of life, so that both sides notice a connection that is gone. */
const LOOKS_PER_SIGN = 15;
/** Who does not read is let go before this process holds much for them. */
const MOST_UNREAD_BYTES = 1_000_000;

/**
 * Tells open pages how the index is, as server-sent events: `state` whenever it differs from what was told last, or
 * `problem` while the index cannot be opened. Looks only while a page is open.
 */
export class LiveFeed {
  readonly #session: IndexSession;
  readonly #pages = new Set<ServerResponse>();
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  #watched: ProjectIndex | undefined;
  #unwatch: () => void = () => {};
  #isLooking = false;
  #mustLookAgain = false;
  #looks = 0;

  constructor(session: IndexSession) {
    this.#session = session;
  }

  /** Keeps a response open and writes events into it until either side closes. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      ...answerHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    // A page that loses the server tries again after a second.
    response.write(`retry: 1000\n\n${this.#last}`);
    this.#pages.add(response);
    response.on('close', () => this.#remove(response));
    if (this.#pages.size === 1) this.#start();
  }

  /** Ends all responses. */
  close(): void {
    for (const page of this.#pages) page.end();
    this.#pages.clear();
    this.#stop();
  }

  #remove(response: ServerResponse): void {
    this.#pages.delete(response);
    if (this.#pages.size === 0) this.#stop();
  }

  #start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#unwatch();
    this.#watched = undefined;
    this.#last = '';
  }

  /** One look at a time; whoever comes meanwhile has another one follow. */
  #look(): void {
    this.#mustLookAgain = this.#isLooking;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looks += 1;
    this.#read().then((event) => {
      this.#isLooking = false;
      if (this.#pages.size === 0) return;
      if (event !== this.#last) this.#write(event);
      else if (this.#looks % LOOKS_PER_SIGN === 0) this.#write(':\n\n');
      this.#last = event;
      if (this.#mustLookAgain) this.#look();
    });
  }

  async #read(): Promise<string> {
    try {
      const index = await this.#session.open();
      if (index !== this.#watched && this.#pages.size > 0) this.#watch(index);
      return eventOf('state', await index.live());
    } catch (error) {
      return eventOf('problem', problemReport(error));
    }
  }

  #watch(index: ProjectIndex): void {
    this.#unwatch();
    this.#watched = index;
    this.#unwatch = index.watch(() => this.#look());
  }

  #write(text: string): void {
    for (const page of this.#pages) {
      if (page.writableLength > MOST_UNREAD_BYTES) page.destroy();
      else page.write(text);
    }
  }
}

function eventOf(name: 'state' | 'problem', data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
