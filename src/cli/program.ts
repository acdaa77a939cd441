import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT_USAGE, exitCodeFor } from './exit-codes.js';
import type { ProgramWords } from './program-words.js';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Loading all commands costs more than running a small one, so only the one that is called is loaded. */
const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'add snapdex to the configuration of an assistant',
    load: async () => (await import('./commands/init.js')).initCommand(),
  },
  {
    name: 'serve',
    summary: 'serve MCP on standard input and output, or over HTTP',
    load: async () => (await import('./commands/serve.js')).serveCommand(),
  },
  {
    name: 'index',
    summary: 'index what has changed, then end',
    load: async () => (await import('./commands/index-documents.js')).indexCommand(),
  },
  {
    name: 'search',
    summary: 'search the indexed documents',
    load: async () => (await import('./commands/search.js')).searchCommand(),
  },
  {
    name: 'status',
    summary: 'show what the index holds and who uses it',
    load: async () => (await import('./commands/status.js')).statusCommand(),
  },
  {
    name: 'watch',
    summary: 'show instances, commits and pending changes as they happen',
    load: async () => (await import('./commands/watch.js')).watchCommand(),
  },
  {
    name: 'history',
    summary: 'list the generations of the index',
    load: async () => (await import('./commands/history.js')).historyCommand(),
  },
  {
    name: 'rollback',
    summary: 'answer from an earlier generation again, and hold there',
    load: async () => (await import('./commands/rollback.js')).rollbackCommand(),
  },
  {
    name: 'resume',
    summary: 'end the hold that a rollback made',
    load: async () => (await import('./commands/resume.js')).resumeCommand(),
  },
  {
    name: 'tag',
    summary: 'name a generation and keep it; list or remove names',
    load: async () => (await import('./commands/tag.js')).tagCommand(),
  },
  {
    name: 'diff',
    summary: 'show what differs between two generations',
    load: async () => (await import('./commands/diff.js')).diffCommand(),
  },
  {
    name: 'export',
    summary: 'make a complete index of one generation elsewhere',
    load: async () => (await import('./commands/export.js')).exportCommand(),
  },
  {
    name: 'push',
    summary: 'bring the index into one elsewhere, with its history',
    load: async () => (await import('./commands/push.js')).pushCommand(),
  },
  {
    name: 'pull',
    summary: 'bring an index from elsewhere here, with its history',
    load: async () => (await import('./commands/pull.js')).pullCommand(),
  },
  {
    name: 'collect',
    summary: 'delete generations that retention lets go',
    load: async () => (await import('./commands/collect.js')).collectCommand(),
  },
  {
    name: 'verify',
    summary: 'check every file of the index',
    load: async () => (await import('./commands/verify.js')).verifyCommand(),
  },
  {
    name: 'repair',
    summary: 'put a damaged index in order, deleting nothing',
    load: async () => (await import('./commands/repair.js')).repairCommand(),
  },
  {
    name: 'doctor',
    summary: 'show what an index stands on, and what is wrong',
    load: async () => (await import('./commands/doctor.js')).doctorCommand(),
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete this command',
    load: async () => (await import('./commands/completion.js')).completionCommand(describeProgram),
  },
];

/**
 * Runs the command line `words` (without node and script). Sets `process.exitCode`: 0 done, 1 failed or problems
 * found, 2 usage.
 */
export async function run(words: readonly string[]): Promise<void> {
  leaveQuietlyWhenNobodyReads();
  const isJson = words.includes('--json');
  let program: Command | undefined;
  try {
    program = await programFor(words);
    await program.parseAsync(asksHelpForNone(words) ? words.slice(1) : [...words], { from: 'user' });
  } catch (error) {
    // Not loaded for `--help` and `--version`.
    const { printFailure, printUsageFailure } = await import('./failure.js');
    if (!(error instanceof CommanderError)) {
      printFailure(error, { isJson });
      process.exitCode = exitCodeFor(error);
    } else if (error.exitCode !== 0) {
      const [command, earlyFor] = [calledCommand(words)?.name, commandBehindOptions(words)];
      const takesWords = program?.commands.some((one) => one.name() === command && one.registeredArguments.length > 0);
      if (error.code !== 'commander.help')
        printUsageFailure(error, { isJson, command, earlyFor, takesWords: takesWords === true });
      process.exitCode = EXIT_USAGE;
    }
  }
}

/** All commands with their arguments and options, for what is made from the declarations. Loads all of them. */
export async function describeProgram(): Promise<ProgramWords> {
  const { programWords } = await import('./program-words.js');
  return programWords(await programWith(() => true), version());
}

async function programFor(words: readonly string[]): Promise<Command> {
  const called = calledCommand(words);
  return programWith((entry) => entry === called, { isJson: words.includes('--json') });
}

/** The program, with those commands declared in full that `isLoaded` says. */
async function programWith(isLoaded: (entry: CommandEntry) => boolean, { isJson = false } = {}): Promise<Command> {
  const program = new Command('snapdex')
    .description('Search a project’s markdown documents, from any number of assistants at once.')
    .version(isJson ? JSON.stringify({ version: version() }) : version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help');
  for (const entry of COMMANDS) {
    const command = isLoaded(entry) ? await entry.load() : new Command(entry.name);
    program.addCommand(command.summary(entry.summary).description(command.description() || entry.summary));
  }
  for (const command of [program, ...program.commands]) {
    // Failures are printed by `run`, once and in one form.
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  return program;
}

function calledCommand(words: readonly string[]): CommandEntry | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const name = first === 'help' ? second : first;
  return COMMANDS.find((entry) => entry.name === name);
}

/** `--root X status`: options before the command are the program's own, and it has none that takes a value. */
function commandBehindOptions(words: readonly string[]): string | undefined {
  if (words[0]?.startsWith('-') !== true) return undefined;
  return COMMANDS.find(({ name }) => words.includes(name))?.name;
}

/** `help nope`: the command line without `help` is refused with the command that was probably meant. */
function asksHelpForNone(words: readonly string[]): boolean {
  const [first, second] = words;
  if (first !== 'help' || second === undefined || second.startsWith('-')) return false;
  return second !== 'help' && !COMMANDS.some((entry) => entry.name === second);
}

/** Read here and not through the server layer, so that `--version` loads nothing else. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0';
}

/** `snapdex search x | head -1` closes our output while we write; that is no failure. */
function leaveQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit();
    throw error;
  });
}
