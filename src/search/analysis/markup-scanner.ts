/** An HTML or JSX tag as written. */
export interface MarkupTag {
  /** `''` for a JSX fragment. */
  readonly name: string;
  readonly form: 'opening' | 'closing' | 'selfClosing';
  /** Attributes whose value is plain text, by lower-cased name; JSX expressions count if they are one string literal. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Offset behind the `>`. */
  readonly end: number;
}

/** A tag or an expression that is longer than this is not looked for: something was not closed. */
const MAXIMUM_CHARACTERS = 16 * 1024;

const VOID_ELEMENTS = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const TAG_NAME = /[A-Za-z_$][\w$.:-]*/y;
const ATTRIBUTE_NAME = /[^\s=>/"'{}<`]+/y;
const UNQUOTED_VALUE = /[^\s>"'=<`{}]+/y;
const SPACE = /\s*/y;
const STRING_LITERAL = /^\{\s*(["'`])((?:(?!\1)[^\\$])*)\1\s*\}$/;

/**
 * The tag that begins with the `<` at `start`, or undefined if what stands there is no well-formed tag.
 * Attribute values may be JSX expressions with anything inside, tags and `>` included.
 */
export function scanTag(text: string, start: number): MarkupTag | undefined {
  const isClosing = text.charCodeAt(start + 1) === 47;
  let position = start + (isClosing ? 2 : 1);
  const name = matchAt(TAG_NAME, text, position) ?? '';
  position += name.length;
  const attributes = new Map<string, string>();
  const limit = Math.min(text.length, start + MAXIMUM_CHARACTERS);
  while (position < limit) {
    const spaces = matchAt(SPACE, text, position)?.length ?? 0;
    position += spaces;
    if (text.startsWith('>', position)) {
      const form = isClosing ? 'closing' : VOID_ELEMENTS.has(name.toLowerCase()) ? 'selfClosing' : 'opening';
      return { name, form, attributes, end: position + 1 };
    }
    if (text.startsWith('/>', position)) return { name, form: 'selfClosing', attributes, end: position + 2 };
    if (name === '' || isClosing || spaces === 0) return undefined;
    const next = scanAttribute(text, position, attributes);
    if (next === undefined) return undefined;
    position = next;
  }
  return undefined;
}

/** Reads one attribute into `attributes` and returns where it ends. */
function scanAttribute(text: string, start: number, attributes: Map<string, string>): number | undefined {
  if (text.startsWith('{', start)) return endOfBraces(text, start);
  const name = matchAt(ATTRIBUTE_NAME, text, start);
  if (name === undefined) return undefined;
  const afterName = start + name.length;
  const equals = afterName + (matchAt(SPACE, text, afterName)?.length ?? 0);
  if (!text.startsWith('=', equals)) {
    attributes.set(name.toLowerCase(), '');
    return afterName;
  }
  const valueStart = equals + 1 + (matchAt(SPACE, text, equals + 1)?.length ?? 0);
  const end = endOfValue(text, valueStart);
  if (end === undefined) return undefined;
  const raw = text.slice(valueStart, end);
  const value = raw.startsWith('{') ? STRING_LITERAL.exec(raw)?.[2] : unquote(raw);
  if (value !== undefined) attributes.set(name.toLowerCase(), value);
  return end;
}

function unquote(raw: string): string {
  return raw.startsWith('"') || raw.startsWith("'") ? raw.slice(1, -1) : raw;
}

function endOfValue(text: string, start: number): number | undefined {
  const first = text.charAt(start);
  if (first === '{') return endOfBraces(text, start);
  if (first === '"' || first === "'") {
    const end = indexWithin(text, first, start + 1);
    return end === -1 ? undefined : end + 1;
  }
  const value = matchAt(UNQUOTED_VALUE, text, start);
  return value === undefined ? undefined : start + value.length;
}

/**
 * Offset behind the brace that closes the one at `start`, or undefined if it is not closed within 16 K characters.
 * Strings, templates and comments are skipped; a quote that is not closed on its line is an apostrophe in JSX text.
 */
export function endOfBraces(text: string, start: number): number | undefined {
  const limit = Math.min(text.length, start + MAXIMUM_CHARACTERS);
  let depth = 0;
  let position = start;
  while (position < limit) {
    const character = text.charAt(position);
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return position + 1;
    else if (character === '"' || character === "'" || character === '`')
      position = endOfString(text, position, limit) - 1;
    else if (character === '/' && text.startsWith('/*', position)) {
      const end = indexWithin(text, '*/', position + 2);
      if (end === -1) return undefined;
      position = end + 1;
    }
    position++;
  }
  return undefined;
}

/** Offset behind the HTML comment that begins at `start`, or undefined if it is not closed within 16 K characters. */
export function endOfComment(text: string, start: number): number | undefined {
  const end = indexWithin(text, '-->', start + 2);
  return end === -1 ? undefined : end + 3;
}

function endOfString(text: string, start: number, limit: number): number {
  const quote = text.charAt(start);
  for (let position = start + 1; position < limit; position++) {
    const character = text.charAt(position);
    if (character === '\\') position++;
    else if (character === quote) return position + 1;
    else if (character === '\n' && quote !== '`') break;
  }
  return start + 1;
}

/** `indexOf` that does not run through the whole document when the mark is missing. */
function indexWithin(text: string, mark: string, start: number): number {
  const found = text.slice(start, start + MAXIMUM_CHARACTERS).indexOf(mark);
  return found === -1 ? -1 : start + found;
}

function matchAt(expression: RegExp, text: string, position: number): string | undefined {
  expression.lastIndex = position;
  return expression.exec(text)?.[0];
}

const PROSE_ATTRIBUTES = ['title', 'label', 'description', 'alt', 'summary', 'caption'];

/** What a reader sees of a tag's attributes: titles, labels, descriptions and the like. */
export function proseOfTag(tag: MarkupTag): string {
  let prose = '';
  for (const name of PROSE_ATTRIBUTES) {
    const value = tag.attributes.get(name);
    if (value !== undefined && value !== '') prose += prose === '' ? value : `\n${value}`;
  }
  return prose.replace(/\s+/g, ' ');
}
