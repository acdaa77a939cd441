import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, TomlError } from 'smol-toml';
import { ServerError } from '../../server/index.js';
import {
  type ConfigText,
  expectedContent,
  notEditable,
  type SetEntry,
  serverAt,
  serversMustBeTable,
} from './config-text.js';
import type { EntryFields } from './server-entry.js';

/**
 * A TOML file with an entry set as a table, everything else as it was. Edited as text, and compared by parsing.
 *
 * @throws ServerError `CONFIG_INVALID` with line and column if it is broken, or if it cannot be changed safely
 */
export function changedToml(file: ConfigText, setEntry: SetEntry): string {
  const content = parsed(file);
  serversMustBeTable(file, content);
  const present = serverAt(file, content, setEntry.name);
  const fields = setEntry.fields(present);
  if (Object.keys(fields).length === 0) return file.text;

  const eol = file.text.includes('\r\n') ? '\r\n' : '\n';
  const lines = file.text.split(/\r?\n/u);
  const header = [...file.serversAt, setEntry.name];
  const at = present === undefined ? -1 : lines.findIndex((line) => isHeaderOf(line, header));
  if (present !== undefined && at === -1) throw notEditable(file, fields);
  const changed = at === -1 ? withTable(lines, header, fields) : withFields(lines, at, fields);
  const text = changed.join(eol);
  if (!isSameAs(text, expectedContent(file, content, { name: setEntry.name, fields }))) throw notEditable(file, fields);
  return text;
}

function parsed({ path, text }: ConfigText): unknown {
  try {
    return plain(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.replace(/^Invalid TOML document: /u, '').split('\n');
    throw new ServerError('CONFIG_INVALID', `${path}:${error.line}:${error.column}: is not TOML: ${reason}`, {
      remedy: 'Correct the file at this line and column, then run this again; nothing was written.',
      cause: error,
    });
  }
}

function isSameAs(text: string, expected: unknown): boolean {
  try {
    return isDeepStrictEqual(plain(parse(text)), expected);
  } catch (error) {
    if (error instanceof TomlError) return false;
    throw error;
  }
}

function withTable(lines: readonly string[], header: readonly string[], fields: EntryFields): readonly string[] {
  const before = lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
  const gap = before.length === 0 ? [] : [''];
  return [...before, ...gap, `[${header.map(tomlKey).join('.')}]`, ...linesOf(fields), ''];
}

function withFields(lines: readonly string[], header: number, fields: EntryFields): readonly string[] {
  const nextHeader = lines.findIndex((line, index) => index > header && /^\s*\[[^\]]+\]+\s*(?:#.*)?$/u.test(line));
  const end = nextHeader === -1 ? lines.length : nextHeader;
  const table = lines.slice(header + 1, end);
  for (const [key, value] of Object.entries(fields)) {
    const at = table.findIndex((line) => keyOf(line) === key);
    table.splice(Math.max(at, 0), at === -1 ? 0 : endOfValue(table, at) - at, ...linesOf({ [key]: value }));
  }
  return [...lines.slice(0, header + 1), ...table, ...lines.slice(end)];
}

/** The line after a value that begins in line `start`: the first at which what was read so far is TOML. */
function endOfValue(lines: readonly string[], start: number): number {
  for (let end = start + 1; end <= lines.length; end += 1) {
    try {
      parse(lines.slice(start, end).join('\n'));
      return end;
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
    }
  }
  return start + 1;
}

function linesOf(fields: EntryFields): readonly string[] {
  return stringify(fields).trimEnd().split('\n');
}

function isHeaderOf(line: string, header: readonly string[]): boolean {
  const keys = /^\s*\[(?!\[)(?<keys>.+?)\]\s*(?:#.*)?$/u.exec(line)?.groups?.keys;
  if (keys === undefined) return false;
  const named = keys.split('.').map((key) => key.trim().replaceAll(/^["']|["']$/gu, ''));
  return isDeepStrictEqual(named, header);
}

function keyOf(line: string): string | undefined {
  return /^\s*["']?(?<key>[\w-]+)["']?\s*=/u.exec(line)?.groups?.key;
}

function tomlKey(key: string): string {
  return /^[\w-]+$/u.test(key) ? key : JSON.stringify(key);
}

/** Tables as plain objects, so that they can be compared with ours. */
function plain(content: unknown): unknown {
  return structuredClone(content);
}
