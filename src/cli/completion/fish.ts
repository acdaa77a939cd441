import {
  type CommandWords,
  isFolder,
  isTag,
  type OptionWords,
  type ProgramWords,
  tagLister,
} from '../program-words.js';

/** What makes fish complete the program's commands, options and their values, with their descriptions. */
export function fishCompletion({ name, options, commands }: ProgramWords): string {
  const complete = `complete -c ${name}`;
  const lines = [
    `# fish completion for ${name}, made by "${name} completion fish"`,
    `function __${name}_tags; ${tagLister(name)}; end`,
    `${complete} -f`,
    ...[...commands, { name: 'help', summary: 'print help for a command' }].map(
      (command) => `${complete} -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ),
    ...options.map((option) => `${complete} -n __fish_use_subcommand ${optionWords(option, valuesOf)}`),
    ...commands.flatMap((command) => linesOf(command, { complete, program: name })),
    `${complete} -n '__fish_seen_subcommand_from help' -a ${quoted(commands.map((command) => command.name).join(' '))}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What completes a value, by its placeholder and its choices. */
type ValuesFor = (value: string, choices: readonly string[]) => string;

function linesOf(
  { name, arguments: taken, options }: CommandWords,
  { complete, program }: { readonly complete: string; readonly program: string },
): readonly string[] {
  const valuesHere: ValuesFor = (value, choices) =>
    isTag(name, value) ? ` -a '(__${program}_tags)'` : valuesOf(value, choices);
  const here = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...taken.flatMap((argument) => {
      const values = valuesHere(argument.name, argument.choices);
      return values === '' ? [] : [`${here}${values}`];
    }),
    ...options.map((option) => `${here} ${optionWords(option, valuesHere)}`),
  ];
}

function optionWords({ short, long, value, choices, description }: OptionWords, valuesFor: ValuesFor): string {
  const spelling = [...(short === undefined ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`].join(' ');
  const taken = value === undefined ? '' : ` -x${valuesFor(value, choices)}`;
  return `${spelling}${taken} -d ${quoted(description)}`;
}

function valuesOf(value: string, choices: readonly string[]): string {
  if (choices.length > 0) return ` -a ${quoted(choices.join(' '))}`;
  return isFolder(value) ? " -a '(__fish_complete_directories)'" : '';
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, '\\$&')}'`;
}
