/** Which functions of updates a call is made from: a store that waits for its own update would wait for ever. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** A function of an update, as the calls that it makes see it. */
interface RunningChange {
  /** `undefined` once it has ended: what it has left behind, such as a timer, may write as anybody may. */
  store: object | undefined;
  /** The one that it runs in, of another store. */
  readonly outer: RunningChange | undefined;
}

const around = new AsyncLocalStorage<RunningChange>();

/** What `change` answers; calls that it makes, however late, are found by `isInsideChangeOf` until it has ended. */
export async function runChange<T>(store: object, change: () => Promise<T>): Promise<T> {
  const running: RunningChange = { store, outer: findRunning(around.getStore()) };
  try {
    return await around.run(running, change);
  } finally {
    running.store = undefined;
  }
}

/** True for a call from a function of an update of `store` that has not ended. */
export function isInsideChangeOf(store: object): boolean {
  for (let change = around.getStore(); change !== undefined; change = change.outer) {
    if (change.store === store) return true;
  }
  return false;
}

/** The innermost that has not ended; a chain of updates in which each leaves the next behind is not kept. */
function findRunning(innermost: RunningChange | undefined): RunningChange | undefined {
  let change = innermost;
  while (change !== undefined && change.store === undefined) change = change.outer;
  return change;
}
