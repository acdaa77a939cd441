import type { JsonValue } from './analysed-document.js';

const SIMPLE_LINE =
  /^(?!(?:null|Null|NULL):)([A-Za-z_][\w-]*):[ ]+(?:'([^']*)'|"([^"\\]*)"|(0|[1-9]\d{0,14})|(\p{L}(?:[^:#\s]|:(?=[^\s])|[ ](?=[^#\s]))*))[ ]*$/u;
const SPECIAL_WORD = /^(?:true|false|null|y|yes|n|no|on|off)$/i;
/** A key whose value is the indented lines below it: a mapping, or a text of lines (`|-`) or of lines made one (`>-`). */
const BLOCK_START = /^(?!(?:null|Null|NULL):)([A-Za-z_][\w-]*):(?:[ ]+([|>])-)?[ ]*$/;
/** What is more to YAML in a line of a text than its letters: trailing spaces, tabs, breaks and other controls. */
const UNUSUAL = /[^\S ]|\p{Cc}| $/u;

/**
 * The values of front matter that is nothing but distinct keys with one-line text, whole numbers, `true` and `false`,
 * blocks of text without empty lines, and mappings of such lines, as nearly all of it is; undefined if there is more to
 * it. The YAML parser would give the same, in a hundred times the time.
 */
export function readSimpleYaml(source: string): { readonly [key: string]: JsonValue } | undefined {
  const text = source.trimEnd();
  // Other space at the end may be part of a text.
  if (/[^\r\n]/.test(source.slice(text.length))) return undefined;
  const lines = text.split(/\r\n|\n/);
  const values = new Map<string, JsonValue>();
  for (let line = 0; line < lines.length; ) {
    const content = lines[line++] ?? '';
    if (content.startsWith('#')) continue;
    const [, key, style] = BLOCK_START.exec(content) ?? [];
    if (key === undefined) {
      if (!addSimpleLine(content, values)) return undefined;
      continue;
    }
    const block = indentedLines(lines, line);
    if (block === undefined || values.has(key)) return undefined;
    const value = style === undefined ? readMapping(block) : readText(block, style);
    if (value === undefined) return undefined;
    values.set(key, value);
    line += block.length;
  }
  return Object.fromEntries(values);
}

/** False if the line is no simple one, or its key is there already. */
function addSimpleLine(line: string, values: Map<string, JsonValue>): boolean {
  const [, key, single, double, number, plain] = SIMPLE_LINE.exec(line) ?? [];
  if (key === undefined || values.has(key)) return false;
  if (number !== undefined) values.set(key, Number(number));
  else if (plain === 'true' || plain === 'false') values.set(key, plain === 'true');
  else if (plain !== undefined && SPECIAL_WORD.test(plain)) return false;
  else values.set(key, single ?? double ?? plain ?? '');
  return true;
}

/** The indented lines from `first` on, without the indentation of the first of them; undefined if one has less. */
function indentedLines(lines: readonly string[], first: number): readonly string[] | undefined {
  const indentation = /^ */.exec(lines[first] ?? '')?.[0] ?? '';
  const block: string[] = [];
  for (let line = first; lines[line]?.startsWith(' ') === true; line++) {
    const content = lines[line] ?? '';
    if (!content.startsWith(indentation)) return undefined;
    block.push(content.slice(indentation.length));
  }
  return block;
}

function readMapping(block: readonly string[]): JsonValue | undefined {
  const values = new Map<string, JsonValue>();
  const isSimple = block.every((line) => addSimpleLine(line, values));
  return isSimple && values.size > 0 ? Object.fromEntries(values) : undefined;
}

function readText(block: readonly string[], style: string): string | undefined {
  if (block.length === 0 || block.some((line) => line === '' || UNUSUAL.test(line))) return undefined;
  if (style === '|') return block.join('\n');
  return block.some((line) => line.startsWith(' ')) ? undefined : block.join(' ');
}
