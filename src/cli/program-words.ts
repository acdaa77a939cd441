import type { Argument, Command, Option } from 'commander';

/** The program as its help describes it: what completion, manual page and the test of the documentation are made from. */
export interface ProgramWords {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

/** One command. */
export interface CommandWords {
  readonly name: string;
  /** In a few words. */
  readonly summary: string;
  /** In sentences. */
  readonly description: string;
  readonly arguments: readonly ArgumentWords[];
  readonly options: readonly OptionWords[];
}

/** A word that is no option. */
export interface ArgumentWords {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isRepeated: boolean;
  /** All values that are allowed; empty if any is. */
  readonly choices: readonly string[];
  readonly description: string;
}

/** One option. */
export interface OptionWords {
  /** As it is declared: `-n, --limit <number>`. */
  readonly flags: string;
  /** `-n` */
  readonly short?: string;
  /** `--limit` */
  readonly long: string;
  /** What stands for its value: `number`; undefined if it takes none. */
  readonly value?: string;
  readonly choices: readonly string[];
  readonly description: string;
  /** Under which heading of the help it stands; empty for most. */
  readonly group: string;
}

/** What a program declares, with all its commands loaded. */
export function programWords(program: Command, version: string): ProgramWords {
  return {
    name: program.name(),
    version,
    description: program.description(),
    options: optionsOf(program),
    commands: program.commands.map((command) => ({
      name: command.name(),
      summary: command.summary(),
      description: command.description(),
      arguments: command.registeredArguments.map(wordsOfArgument),
      options: optionsOf(command),
    })),
  };
}

function optionsOf(command: Command): readonly OptionWords[] {
  return command.createHelp().visibleOptions(command).map(wordsOfOption);
}

function wordsOfArgument(argument: Argument): ArgumentWords {
  return {
    name: argument.name(),
    isRequired: argument.required,
    isRepeated: argument.variadic,
    choices: argument.argChoices ?? [],
    description: argument.description,
  };
}

function wordsOfOption({ flags, short, long, argChoices, description, helpGroupHeading }: Option): OptionWords {
  const value = /[<[](?<value>[^>\]]+)[>\]]/u.exec(flags)?.groups?.value;
  return {
    flags,
    ...(short === undefined ? {} : { short }),
    long: long ?? flags,
    ...(value === undefined ? {} : { value }),
    choices: argChoices ?? [],
    description,
    group: helpGroupHeading ?? '',
  };
}

/** True if the value is a folder, as the placeholder for it says. */
export function isFolder(placeholder: string | undefined): boolean {
  return placeholder === 'folder' || placeholder === 'target';
}

/** Placeholders of what a tag may stand for. */
const GENERATIONS: ReadonlySet<string> = new Set(['generation', 'from', 'to', 'tag']);

/** True if the value may be a tag of the project's index, as the placeholder for it says; `pull` asks for another's. */
export function isTag(command: string, placeholder: string | undefined): boolean {
  return command !== 'pull' && placeholder !== undefined && GENERATIONS.has(placeholder);
}

/** What prints the tags of the project in the working directory, one in a line, and nothing where there are none. */
export function tagLister(program: string): string {
  return `${program} tag 2>/dev/null | awk 'NR > 1 { print $1 }'`;
}
