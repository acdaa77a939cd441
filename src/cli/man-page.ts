import type { CommandWords, OptionWords, ProgramWords } from './program-words.js';

/** The manual page `snapdex(1)`, in the `man` macros of roff, made from what the program declares. */
export function manPage({ name, version, description, options, commands }: ProgramWords): string {
  const shared = sharedOptions(commands);
  const settings = shared.filter(({ group }) => group !== '');
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${escaped(description.replace(/\.$/u, ''))}`,
    '.SH SYNOPSIS',
    `.B ${name}\n.I command\n.RI [ options ]`,
    '.SH DESCRIPTION',
    escaped(description),
    'The project is the nearest folder, from the working directory upwards, that is marked as one; nothing needs to be configured.',
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(command, shared)),
    '.SH OPTIONS',
    'Those of most commands, behind the command, and those of the program itself.',
    ...shared.filter(({ group }) => group === '').flatMap(optionLines),
    ...options.filter(({ long }) => shared.every((option) => option.long !== long)).flatMap(optionLines),
    '.SH SETTINGS',
    escaped(settings[0]?.group ?? ''),
    ...settings.flatMap(optionLines),
    '.SH EXIT STATUS',
    ...[
      ['0', 'Done.'],
      ['1', 'Failed, or problems were found or are left.'],
      ['2', 'The command line is wrong.'],
      ['129, 130, 143', 'Interrupted by SIGHUP, SIGINT, SIGTERM.'],
    ].flatMap(([code, meaning]) => ['.TP', `.B ${code}`, meaning]),
    '.SH ENVIRONMENT',
    ...[
      ['SNAPDEX_ROOT', 'The project, where --root does not name it.'],
      ['SNAPDEX_\\fIKEY\\fR', 'Any setting, by its key in capitals.'],
      ['NO_COLOR', 'If set, no colour is used.'],
    ].flatMap(([variable, meaning]) => ['.TP', `.B ${variable}`, escaped(meaning ?? '')]),
    '.SH FILES',
    '.TP\n.I snapdex.toml\nSettings of the project, in its root.',
    '.TP\n.I ~/.config/snapdex/snapdex.toml\nSettings of this user.',
    '.TP\n.I .snapdex/\nThe index, in the root of the project.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Options that most commands have; they are described once. */
function sharedOptions(commands: readonly CommandWords[]): readonly OptionWords[] {
  const byName = new Map(commands.flatMap(({ options }) => options.map((option) => [option.long, option])));
  const takers = (long: string): number =>
    commands.filter(({ options }) => options.some((option) => option.long === long)).length;
  return [...byName.values()].filter(({ long }) => takers(long) > commands.length / 2);
}

function commandLines(
  { name, arguments: taken, description, options }: CommandWords,
  shared: readonly OptionWords[],
): readonly string[] {
  const words = taken.map((argument) => {
    const written = argument.isRepeated ? `${argument.name}...` : argument.name;
    return argument.isRequired ? `<${written}>` : `[${written}]`;
  });
  return [
    `.SS ${escaped([name, ...words].join(' '))}`,
    escaped(description),
    ...options.filter(({ long }) => shared.every((option) => option.long !== long)).flatMap(optionLines),
  ];
}

function optionLines({ flags, description, choices }: OptionWords): readonly string[] {
  const values = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
  return ['.TP', `.B ${escaped(flags)}`, escaped(description + values)];
}

/** Text as roff has it: no request at the start of a line, hyphens and backslashes as they are. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll(/^(?=[.'])/gmu, '\\&');
}
