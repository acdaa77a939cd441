import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  findNodeAtLocation,
  format,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { ServerError } from '../../server/index.js';
import {
  type ConfigText,
  expectedContent,
  notEditable,
  type SetEntry,
  serverAt,
  serversMustBeTable,
} from './config-text.js';

/**
 * A JSON file with an entry set, every other character as it was: comments, order, indentation, line ends. Only what is
 * one line as a whole has no indentation to be kept, and gets one with a new entry.
 *
 * @throws ServerError `CONFIG_INVALID` with line and column if it is broken, or if it cannot be changed safely
 */
export function changedJson(
  file: ConfigText,
  { isStrict }: { readonly isStrict: boolean },
  setEntry: SetEntry,
): string {
  const given = file.text.trim() === '' ? '{}\n' : file.text;
  const content = parsed({ ...file, text: given }, isStrict);
  serversMustBeTable(file, content);
  const server = serverAt(file, content, setEntry.name);
  const fields = setEntry.fields(server);
  if (Object.keys(fields).length === 0) return file.text;
  const line = given.trim();
  const text = server === undefined && isOneLine(line) ? given.replace(line, () => laidOut(line)) : given;

  const path = [...file.serversAt, setEntry.name];
  const changed = Object.entries(fields).reduce(
    (before, [key, value]) => withValue(before, [...path, key], value),
    text,
  );
  // Two keys of one name, say, are read as the last one and edited as the first.
  const expected = expectedContent(file, content, { name: setEntry.name, fields });
  if (!isDeepStrictEqual(parsed({ ...file, text: changed }, isStrict), expected)) throw notEditable(file, fields);
  return changed;
}

function parsed(file: ConfigText, isStrict: boolean): unknown {
  const faults: ParseError[] = [];
  const content: unknown = parse(file.text, faults, { disallowComments: isStrict, allowTrailingComma: !isStrict });
  const [fault] = faults;
  if (fault === undefined) return content;
  const lines = file.text.slice(0, fault.offset).split('\n');
  const words = printParseErrorCode(fault.error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ')
    .toLowerCase();
  const place = `${file.path}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  throw new ServerError('CONFIG_INVALID', `${place}: is not JSON: ${words}`, {
    remedy: 'Correct the file at this line and column, then run this again; nothing was written.',
  });
}

/** The text with the value at a path of keys; objects that are missing on the way are made. */
function withValue(text: string, path: readonly string[], value: unknown): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const nodeAt = (length: number): Node | undefined =>
    root === undefined ? undefined : findNodeAtLocation(root, path.slice(0, length));
  const present = nodeAt(path.length);
  if (present !== undefined) return withNode(text, present, value);

  let depth = path.length - 1;
  while (depth > 0 && nodeAt(depth) === undefined) depth -= 1;
  const [key = '', ...inner] = path.slice(depth);
  const made = inner.reduceRight<unknown>((inside, name) => ({ [name]: inside }), value);
  const parent = nodeAt(depth);
  // The caller compares the outcome with what it should be.
  return parent?.type === 'object' ? withProperty(text, parent, { key, value: made }) : text;
}

function withNode(text: string, { offset, length }: Node, value: unknown): string {
  const written = isOneLine(text.slice(offset, offset + length))
    ? onOneLine(value)
    : indented(text, value, indentationAt(text, offset));
  return text.slice(0, offset) + written + text.slice(offset + length);
}

/**
 * In an object that is one line a new property comes last, in that line. Elsewhere it comes first, or behind the last one if all lines stay what they are but for its comma: nothing of what
 * follows must move, and a comment behind a property stays with it.
 */
function withProperty(
  text: string,
  parent: Node,
  { key, value }: { readonly key: string; readonly value: unknown },
): string {
  const eol = endOfLineIn(text);
  const outer = indentationAt(text, parent.offset);
  const inner = outer + unitIn(text);
  const property = `${JSON.stringify(key)}: ${indented(text, value, inner)}`;
  const last = parent.children?.at(-1);
  if (last === undefined) {
    const end = parent.offset + parent.length;
    const isBare = text.slice(parent.offset + 1, end - 1).trim() === '';
    if (isBare) return `${text.slice(0, parent.offset)}{${eol}${inner}${property}${eol}${outer}}${text.slice(end)}`;
  } else {
    const end = last.offset + last.length;
    if (isOneLine(text.slice(parent.offset, parent.offset + parent.length)))
      return `${text.slice(0, end)}, ${JSON.stringify(key)}: ${onOneLine(value)}${text.slice(end)}`;
    if (/^\r?\n/u.test(text.slice(end))) return `${text.slice(0, end)},${eol}${inner}${property}${text.slice(end)}`;
  }
  const comma = last === undefined ? '' : ',';
  // A comment on the line of the bracket speaks of the object.
  const comment = /^[ \t]*\/\/[^\n\r]*/u.exec(text.slice(parent.offset + 1))?.[0] ?? '';
  const start = parent.offset + 1 + comment.length;
  return `${text.slice(0, start)}${eol}${inner}${property}${comma}${text.slice(start)}`;
}

function isOneLine(text: string): boolean {
  return !text.includes('\n');
}

/** The same, with each property and element on a line of its own. */
function laidOut(text: string): string {
  return applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2, eol: '\n' }));
}

function onOneLine(value: unknown): string {
  return JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/gu, ' ')
    .replaceAll(/\[ | \]/gu, (space) => space.trim());
}

function indented(text: string, value: unknown, indentation: string): string {
  return JSON.stringify(value, undefined, unitIn(text)).replaceAll('\n', `${endOfLineIn(text)}${indentation}`);
}

/** The white space in front of the line in which `offset` lies. */
function indentationAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}

/** One step of indentation: that of the first line which has any. */
function unitIn(text: string): string {
  return /\n([ \t]+)\S/u.exec(text)?.[1] ?? '  ';
}

function endOfLineIn(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
