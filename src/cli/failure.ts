import type { CommanderError } from 'commander';
import type { ProblemReport } from '../server/index.js';
import { stderrStyle } from './style.js';

/** Prints why a command failed, on standard error: as text with its remedy, or as one JSON object. */
export async function printFailure(error: unknown, { isJson }: { readonly isJson: boolean }): Promise<void> {
  const { problemReport } = await import('../server/index.js');
  printProblem('error', problemReport(error), { isJson });
}

/** Prints what is wrong with the command line, as {@link printFailure} does, with the code `USAGE`. */
export function printUsageFailure(
  error: CommanderError,
  { isJson, command }: { readonly isJson: boolean; readonly command: string | undefined },
): void {
  const help = ['snapdex', ...(command === undefined ? [] : [command]), '--help'].join(' ');
  const message = error.message.replace(/^error: /u, '').replaceAll('\n', ' ');
  printProblem('error', { code: 'USAGE', message, remedy: `See: ${help}` }, { isJson });
}

/** Prints an error or a warning on standard error; as JSON it is one line, `{"error": …}` or `{"warning": …}`. */
export function printProblem(
  kind: 'error' | 'warning',
  { code, message, remedy }: ProblemReport,
  { isJson }: { readonly isJson: boolean },
): void {
  if (isJson) {
    process.stderr.write(`${JSON.stringify({ [kind]: { code, message, remedy } })}\n`);
    return;
  }
  const label = stderrStyle(kind === 'error' ? 'red' : 'yellow', `${kind}:`);
  process.stderr.write(`${label} ${message} ${stderrStyle('dim', `(${code})`)}\n  ${remedy}\n`);
}
