import { listenerFailureTo } from '../arguments/index.js';
import { isStoreError, type SnapshotStore } from '../store/index.js';

/** What a subscription reads when a generation was committed. */
export interface Reading<T> {
  /** Grows with every change of one store. What is like the one before is not told again. */
  readonly generation: number;
  readonly value: T;
}

/**
 * Calls `listener` with what `read` answers now and after each commit by any process, until the returned function is
 * called. Readings follow each other, and of several commits during one only the last is read.
 */
export function subscribe<T>(
  store: SnapshotStore,
  read: () => Promise<Reading<T>>,
  told: {
    readonly listener: (value: T, generation: number) => void;
    /** What is followed, for warnings. */
    readonly name: string;
    /** Hears what `listener` threw, and why `read` failed; without it that becomes a warning of the process. */
    readonly onWarning: ((message: string) => void) | undefined;
  },
): () => void {
  let isWanted = false;
  let isOver = false;
  let lastTold: number | undefined;

  const warn = listenerFailureTo(told.onWarning);
  const call = async (value: T, generation: number): Promise<void> => {
    try {
      await told.listener(value, generation);
    } catch (error) {
      warn(`subscribe: a listener failed at generation ${generation}: ${String(error)}`);
    }
  };
  const readOnce = async (): Promise<void> => {
    const { value, generation } = await read();
    if (isOver || generation === lastTold) return;
    lastTold = generation;
    // In a turn of its own: what a listener throws is not a failed reading, and the next reading does not wait for it.
    queueMicrotask(() => {
      if (!isOver) void call(value, generation);
    });
  };
  let isReading = false;
  const look = async (): Promise<void> => {
    isWanted = true;
    if (isReading) return;
    isReading = true;
    while (isWanted && !isOver) {
      isWanted = false;
      await readOnce().catch((error: unknown) => {
        // Whoever closes it wants to hear no more.
        if (!isOver && !isStoreError(error, 'STORE_CLOSED'))
          warn(`${told.name}: a change could not be read: ${String(error)}`);
      });
    }
    isReading = false;
  };
  // Watched before it is read, so that no commit falls between.
  const unwatch = store.watch((_generation, isAnew) => {
    // A store that was made anew counts from the beginning.
    if (isAnew) lastTold = undefined;
    void look();
  });
  void look();
  return () => {
    isOver = true;
    unwatch();
  };
}
