/** Runs tasks one after another, in the order in which they came. */
export class TaskQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** The outcome of `task`, which starts when all earlier ones have ended, however they ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when every task so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
