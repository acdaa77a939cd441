/** The work failed, or problems were found. */
export const EXIT_FAILED = 1;
/** The command line is not one that this command understands. */
export const EXIT_USAGE = 2;

/** Codes of requests that nothing could answer, whatever the index holds. */
const REQUEST_CODES: ReadonlySet<unknown> = new Set(['INVALID_NAME', 'INVALID_REQUEST', 'USAGE']);

/** The exit code for what a command threw. */
export function exitCodeFor(error: unknown): number {
  if (!(error instanceof Error)) return EXIT_FAILED;
  const isRequest = 'code' in error && REQUEST_CODES.has(error.code);
  const isCommandLine = 'isCommandLine' in error && error.isCommandLine === true;
  return isRequest || isCommandLine ? EXIT_USAGE : EXIT_FAILED;
}
