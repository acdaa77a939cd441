import { isStoreError } from '../../store/index.js';

/** The first wait after a lock timeout; each later one is twice as long, up to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Does `action`, and again after every lock timeout, for `patienceMs` in all.
 * @throws StoreError LOCK_TIMEOUT when patience has run out; whatever else `action` throws, at once
 */
export async function withLockPatience<T>(action: () => Promise<T>, patienceMs: number): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await action();
    } catch (error) {
      if (!isStoreError(error, 'LOCK_TIMEOUT') || performance.now() + waitMs > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
