import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** What the other thread can do to a store; see `another-thread.mjs`. */
export type Action = 'update' | 'rollback' | 'collect' | 'tag' | 'verify';

/** Long enough for any machine; a thread that does not answer by then never will. */
const LONGEST_MS = 60_000;

/** Another thread with a store of its own, which acts while this one stands still in the middle of a call. */
export class AnotherThread implements AsyncDisposable {
  readonly #control = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(new URL('another-thread.mjs', import.meta.url), {
      workerData: { control: this.#control, answers: this.#channel.port2 },
      transferList: [this.#channel.port2],
    });
  }

  /** Stands still until the other thread has done it: `done`, or the code of the error that it met. */
  do(action: Action, directory: string, coordinationMode: 'file_lock' | 'none'): string {
    Atomics.store(this.#control, 0, 0);
    this.#worker.postMessage({ action, directory, coordinationMode });
    if (Atomics.wait(this.#control, 0, 0, LONGEST_MS) === 'timed-out') throw new Error(`${action} does not end`);
    return String(receiveMessageOnPort(this.#channel.port1)?.message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#channel.port1.close();
    await this.#worker.terminate();
  }
}
