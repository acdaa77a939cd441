/** Wraps what a function of the caller threw, on its way out: it is the caller's, who gets it as it is. */
export class CallerFailure extends Error {
  /** Calls the caller back. @throws CallerFailure */
  static guard<Parameters extends readonly unknown[]>(
    callback: ((...parameters: Parameters) => void) | undefined,
  ): (...parameters: Parameters) => void {
    return (...parameters) => {
      try {
        callback?.(...parameters);
      } catch (cause) {
        throw new CallerFailure('a function of the caller failed', { cause });
      }
    };
  }
}
