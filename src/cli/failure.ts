import type { CommanderError } from 'commander';
import { inProgramWords } from '../remedies/index.js';
import { harmlessLine, type ProblemReport, problemReport } from '../server/index.js';
import { stderrStyle } from './style.js';

/** Prints why a command failed, on standard error: as text with its remedy, or as one JSON object. */
export function printFailure(error: unknown, { isJson }: { readonly isJson: boolean }): void {
  printProblem('error', problemReport(error), { isJson });
}

/** Prints what is wrong with the command line, as {@link printFailure} does, with the code `USAGE`. */
export function printUsageFailure(error: CommanderError, context: UsageContext): void {
  const { isJson, command } = context;
  const help = ['snapdex', ...(command === undefined ? [] : [command]), '--help'].join(' ');
  const advice = adviceFor(error, context);
  const message = plainMessage(error.message.replace(/^error: /u, '').replaceAll('\n', ' '));
  printProblem('error', { code: 'USAGE', message, remedy: `${advice}See: ${help}` }, { isJson });
}

interface UsageContext {
  readonly isJson: boolean;
  /** The command that was called. */
  readonly command: string | undefined;
  /** The command before which an option stands that belongs behind it. */
  readonly earlyFor: string | undefined;
  /** True if the command takes words beside its options. */
  readonly takesWords: boolean;
}

function adviceFor({ code, message }: CommanderError, { command, earlyFor, takesWords }: UsageContext): string {
  if (earlyFor !== undefined) return `Options come after the command: snapdex ${earlyFor} --option. `;
  if (code === 'commander.unknownOption' && takesWords && !message.includes('Did you mean'))
    return `What begins with a dash and is no option comes last, behind "--": snapdex ${command} -- -word. `;
  // `snapdex index ../notes`: where a command takes no word, the one that was given is most often a folder.
  const isFolderMeant = code === 'commander.excessArguments' && message.includes('Expected 0 arguments');
  return isFolderMeant ? 'A project is named by --root <folder>. ' : '';
}

/** Commander's words for a value that an argument or option refused: the thing, what it must be, the value. */
function plainMessage(message: string): string {
  const refused =
    /^(?:command-argument value '(?<value>.*)' is invalid for argument '(?<name>.*)'|option '(?<flags>.*)' argument '(?<given>.*)' is invalid)\. (?:It must be (?<form>.*?)|Allowed choices are (?<choices>.*?))\.?$/su;
  const { value, name, flags, given, form, choices } = refused.exec(message)?.groups ?? {};
  const allowed = form ?? (choices === undefined ? undefined : `one of ${choices}`);
  if (allowed === undefined) return message;
  return `${flags ?? `<${name}>`}: expected ${allowed}, found ${JSON.stringify(given ?? value)}`;
}

/** Prints that a command was interrupted, and what is to be done about it. */
export function printInterruption(command: string, { isJson }: { readonly isJson: boolean }): void {
  const remedy =
    command === 'index'
      ? 'What was indexed so far is kept; "snapdex index" goes on from there.'
      : 'Nothing is left half done; run it again.';
  printProblem('error', { code: 'INTERRUPTED', message: `snapdex ${command} was interrupted`, remedy }, { isJson });
}

/** What a store says of something odd, which may name a remedy. */
export function storeWarning(message: string): ProblemReport {
  return { code: 'STORE_WARNING', message: inProgramWords(message), remedy: 'Nothing is lost.' };
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
  const origin = stderrStyle('dim', `(${code})`);
  process.stderr.write(`${label} ${harmlessLine(message)} ${origin}\n  ${harmlessLine(remedy)}\n`);
}
