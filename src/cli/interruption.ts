/** How long an interrupted command may take to put its things away. */
const INTERRUPTED_CLOSE_MS = 500;

/**
 * Until the returned function is called, SIGHUP, SIGINT and SIGTERM call `close` and then end the process, with 128 and
 * the signal's number.
 */
export function closeWhenInterrupted(close: () => Promise<void>): () => void {
  const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  const endWith = (signalNumber: number) => () => {
    const exit = (): never => process.exit(128 + signalNumber);
    setTimeout(exit, INTERRUPTED_CLOSE_MS);
    close().then(exit, exit);
  };
  const listeners = Object.entries(signals).map(([signal, number]) => [signal, endWith(number)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
