import type { ServerContext } from '@modelcontextprotocol/server';

/** Notifications are no faster than this: a client shows them to a person. */
const LEAST_INTERVAL_MS = 100;

/**
 * Tells the client of a call how far it is, if it asked to be told. The number that goes with a message counts the
 * messages: it must grow with each, which documents compared and then indexed do not.
 */
export function progressTo({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let progress = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return (message) => {
    const nowMs = performance.now();
    if (mcpReq.signal.aborted || nowMs - lastMs < LEAST_INTERVAL_MS) return;
    lastMs = nowMs;
    progress += 1;
    mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } }).catch(() => {
      // The client is gone, and with it whoever wanted to know.
    });
  };
}
