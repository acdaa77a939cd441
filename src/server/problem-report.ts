import { inProgramWords } from '../remedies/index.js';

/** A failure as people, models and scripts read it. */
export interface ProblemReport {
  /** A code of `docs/errors.md`, an operating system's code (`EACCES`), or `INTERNAL_ERROR`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What to tell about a thrown value: the code and remedy of our own errors, and something to go on for any other. */
export function problemReport(error: unknown): ProblemReport {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') {
    return {
      code: 'INTERNAL_ERROR',
      message,
      remedy: 'This is a defect of snapdex: please report it with this message.',
    };
  }
  if ('remedy' in error && typeof error.remedy === 'string')
    return { code: error.code, message, remedy: inProgramWords(error.remedy) };
  return { code: error.code, message, remedy: 'Check the file or directory that the message names, then try again.' };
}
