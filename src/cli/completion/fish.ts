import { type CommandWords, isFolder, type OptionWords, type ProgramWords } from '../program-words.js';

/** What makes fish complete the program's commands, options and their values, with their descriptions. */
export function fishCompletion({ name, options, commands }: ProgramWords): string {
  const complete = `complete -c ${name}`;
  const lines = [
    `# fish completion for ${name}, made by "${name} completion fish"`,
    `${complete} -f`,
    ...[...commands, { name: 'help', summary: 'print help for a command' }].map(
      (command) => `${complete} -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ),
    ...options.map((option) => `${complete} -n __fish_use_subcommand ${optionWords(option)}`),
    ...commands.flatMap((command) => linesOf(command, complete)),
    `${complete} -n '__fish_seen_subcommand_from help' -a ${quoted(commands.map((command) => command.name).join(' '))}`,
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf({ name, arguments: taken, options }: CommandWords, complete: string): readonly string[] {
  const here = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...taken.flatMap((argument) => {
      const values = valuesOf(argument.name, argument.choices);
      return values === '' ? [] : [`${here}${values}`];
    }),
    ...options.map((option) => `${here} ${optionWords(option)}`),
  ];
}

function optionWords({ short, long, value, choices, description }: OptionWords): string {
  const spelling = [...(short === undefined ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`].join(' ');
  const taken = value === undefined ? '' : ` -x${valuesOf(value, choices)}`;
  return `${spelling}${taken} -d ${quoted(description)}`;
}

function valuesOf(value: string, choices: readonly string[]): string {
  if (choices.length > 0) return ` -a ${quoted(choices.join(' '))}`;
  return isFolder(value) ? " -a '(__fish_complete_directories)'" : '';
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, '\\$&')}'`;
}
