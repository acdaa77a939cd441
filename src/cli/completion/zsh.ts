import {
  type ArgumentWords,
  type CommandWords,
  isFolder,
  isTag,
  type OptionWords,
  type ProgramWords,
  tagLister,
} from '../program-words.js';

/** What makes zsh complete the program's commands, options and their values, with their descriptions. */
export function zshCompletion({ name, options, commands }: ProgramWords): string {
  const described = [...commands, { name: 'help', summary: 'print help for a command' }];
  return `#compdef ${name}
# zsh completion for ${name}, made by "${name} completion zsh"
_${name}_tags() {
  compadd "$@" -- $(${tagLister(name)})
}
_${name}() {
  local -a commands
  commands=(
${described.map((command) => `    ${quoted(`${command.name}:${command.summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments ${options.map((option) => optionSpec(option, action)).join(' ')}
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
    help) _describe command commands ;;
${commands.map((command) => commandCase(command, name)).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function commandCase({ name, arguments: taken, options }: CommandWords, program: string): string {
  const actionHere: ActionFor = (value, choices) => (isTag(name, value) ? `_${program}_tags` : action(value, choices));
  const specs = [
    ...taken.map((argument) => argumentSpec(argument, actionHere)),
    ...options.map((option) => optionSpec(option, actionHere)),
  ];
  return `    ${name})\n      _arguments -s \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')} ;;`;
}

/** What completes a value, by its placeholder and its choices. */
type ActionFor = (value: string, choices: readonly string[]) => string;

function argumentSpec({ name, isRequired, isRepeated, choices }: ArgumentWords, actionFor: ActionFor): string {
  const place = isRepeated ? '*:' : isRequired ? ':' : '::';
  return quoted(`${place}${name}:${actionFor(name, choices)}`);
}

function optionSpec({ short, long, value, choices, description }: OptionWords, actionFor: ActionFor): string {
  const about = `[${description.replaceAll(/[[\]\\:]/gu, '\\$&')}]`;
  const taken = value === undefined ? '' : `:${value}:${actionFor(value, choices)}`;
  const repeated = description.includes('may be repeated') ? '*' : '';
  if (short === undefined) return quoted(`${repeated}${long}${about}${taken}`);
  return `'(${short} ${long})'{${short},${long}}${quoted(about + taken)}`;
}

function action(value: string, choices: readonly string[]): string {
  if (choices.length > 0) return `(${choices.join(' ')})`;
  return isFolder(value) ? '_files -/' : ' ';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
