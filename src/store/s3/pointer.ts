import { currentContent, parseCurrentContent } from '../names.js';
import type { Registers } from './registers.js';
import type { StoreRoot } from './store-root.js';

/** `CURRENT`. It lags behind the head, but never behind a number that is gone: see `Generations.findHighest`. */
export class Pointer {
  readonly #root: StoreRoot;
  readonly #registers: Registers;
  /** As it was read: whoever decides by it to change it, changes nothing newer. */
  #seen: { readonly etag: string | undefined } | undefined;

  constructor(root: StoreRoot, registers: Registers) {
    this.#root = root;
    this.#registers = registers;
  }

  /** `undefined` if it is missing or damaged. */
  async read(): Promise<number | undefined> {
    const { etag, content } = await this.#registers.read((await this.#root.store()).current);
    this.#seen = { etag };
    return content && parseCurrentContent(content);
  }

  /** Changes it, unless somebody has since it was read. */
  async write(generation: number): Promise<void> {
    const key = (await this.#root.store()).current;
    const { etag } = this.#seen ?? (await this.#registers.read(key));
    this.#seen = undefined;
    // Whoever was quicker has raised it from the same state, and the next commit raises it further.
    await this.#registers.swap(key, etag, Buffer.from(currentContent(generation)));
  }

  /** Before a number goes, and so looks as if it had never been claimed, the pointer is above it. */
  async raiseAbove(generation: number): Promise<void> {
    const key = (await this.#root.store()).current;
    await this.#registers.update(key, ({ content }) => {
      const current = content && parseCurrentContent(content);
      const isAbove = current !== undefined && current > generation;
      return isAbove ? undefined : { content: Buffer.from(currentContent(generation + 1)) };
    });
  }
}
