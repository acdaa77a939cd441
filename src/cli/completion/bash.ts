import {
  type CommandWords,
  isFolder,
  isTag,
  type OptionWords,
  type ProgramWords,
  tagLister,
} from '../program-words.js';

// Names of folders may have spaces, so they are separated by ends of lines only.
const FOLDERS = `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY+=($(compgen -d -- "$current"))`;

/** What makes bash (3.2 or newer) complete the program's commands, options and their values. */
export function bashCompletion({ name, options, commands }: ProgramWords): string {
  const names = [...commands.map((command) => command.name), 'help'];
  return `# bash completion for ${name}, made by "${name} completion bash"
_${name}_tags() {
  ${tagLister(name)}
}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  COMPREPLY=()
  case $command:$previous in
${commands.flatMap((command) => valueCases(command, name)).join('\n')}
  esac
  case $command in
    '') words='${[...names, ...options.flatMap(spellings)].join(' ')}' ;;
    help) words='${names.join(' ')}' ;;
${commands.map(wordsCase).join('\n')}
  esac
${tagLine(name, commands)}  COMPREPLY=($(compgen -W "$words" -- "$current"))
${folderLine(commands)}}
complete -F _${name} ${name}
`;
}

/** What stands behind an option that takes a value. */
function valueCases({ name, options }: CommandWords, program: string): readonly string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map((option) => {
      const patterns = spellings(option).map((spelling) => `${name}:${spelling}`);
      const reply = isTag(name, option.value) ? tagReply(program) : valueReply(option);
      return `    ${patterns.join('|')}) ${reply}return ;;`;
    });
}

function valueReply({ value, choices }: OptionWords): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); `;
  return isFolder(value) ? `${FOLDERS}; ` : '';
}

function tagReply(program: string): string {
  return `COMPREPLY=($(compgen -W "$(_${program}_tags)" -- "$current")); `;
}

function wordsCase({ name, arguments: taken, options }: CommandWords): string {
  const words = [...taken.flatMap(({ choices }) => choices), ...options.flatMap(spellings)];
  return `    ${name}) words='${words.join(' ')}' ;;`;
}

/** Commands whose argument may be a tag; they are read only where no option is being written. */
function tagLine(program: string, commands: readonly CommandWords[]): string {
  const names = commands.filter((command) => command.arguments.some((taken) => isTag(command.name, taken.name)));
  if (names.length === 0) return '';
  const list = names.map(({ name }) => name).join('|');
  return `  case $command:$current in *:-*) ;; ${list.replaceAll('|', ':*|')}:*) words+=" $(_${program}_tags)" ;; esac\n`;
}

/** Commands whose argument is a folder. */
function folderLine(commands: readonly CommandWords[]): string {
  const names = commands.filter(({ arguments: taken }) => taken.some(({ name }) => isFolder(name)));
  if (names.length === 0) return '';
  return `  case $command in ${names.map(({ name }) => name).join('|')}) ${FOLDERS} ;; esac\n`;
}

function spellings({ short, long }: OptionWords): readonly string[] {
  return short === undefined ? [long] : [short, long];
}
