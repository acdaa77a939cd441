import { clearScreenDown, cursorTo } from 'node:readline';

/** A second screen of the terminal, on which lines that are too long are cut, and back. */
const ENTER = '\u001B[?1049h\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?1049l';
/** Rows of a terminal that does not say how many it has. */
const DEFAULT_ROWS = 24;

/** A screen of its own on the terminal of standard output; what stood there comes back when it is left. */
export class LiveScreen {
  #isEntered = false;
  readonly #leave = (): void => this.leave();

  get rows(): number {
    return process.stdout.rows || DEFAULT_ROWS;
  }

  /** Shows a text in place of what the screen showed before. */
  draw(text: string): void {
    const { stdout } = process;
    if (!this.#isEntered) {
      stdout.write(ENTER);
      process.once('exit', this.#leave);
      this.#isEntered = true;
    }
    cursorTo(stdout, 0, 0);
    clearScreenDown(stdout);
    stdout.write(text);
  }

  /** Gives the terminal back, so that an error can be seen. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    process.off('exit', this.#leave);
    process.stdout.write(LEAVE);
  }
}
