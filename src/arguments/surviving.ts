/** Whoever is told of something odd, and fails at that, must not change what came of it. */
export function surviving<Rest extends readonly unknown[]>(
  onWarning: (message: string, ...rest: Rest) => void,
): (message: string, ...rest: Rest) => void {
  return (message, ...rest) => {
    try {
      onWarning(message, ...rest);
    } catch (error) {
      process.emitWarning(`onWarning failed (${String(error)}) when it was told: ${message}`);
    }
  };
}

/** Who hears what a listener threw: `onWarning`, or, for nobody should have to look for it, a warning of the process. */
export function listenerFailureTo(onWarning: ((message: string) => void) | undefined): (message: string) => void {
  return surviving(onWarning ?? ((message) => process.emitWarning(message)));
}

/** A listener whose failure, that of a promise which it returns too, is told to `onFailure` as that of `what`. */
export function guardedListener(
  what: string,
  listener: () => unknown,
  onFailure: (message: string) => void,
): () => void {
  const call = async (): Promise<void> => {
    try {
      await listener();
    } catch (error) {
      onFailure(`${what} failed: ${String(error)}`);
    }
  };
  return () => void call();
}
