import { parse as parseToml, TomlError } from 'smol-toml';
import { type Document, parseDocument } from 'yaml';
import type { JsonValue } from './analysed-document.js';
import { type LineTable, tableOfLines } from './line-table.js';
import { readSimpleYaml } from './simple-yaml.js';
import { isUnclosedFrontMatter } from './unclosed-front-matter.js';
import { lineOfParseError, lineOfUnresolvedAlias } from './yaml-fault.js';

export interface FrontMatter {
  readonly values: { readonly [key: string]: JsonValue };
  /** Line, from 0, at which the body begins; 0 if the document has no front matter. */
  readonly bodyLine: number;
  /** Why not all of it could be read; undefined if all of it was. */
  readonly fault?: FrontMatterFault;
}

/** What is wrong with front matter. */
export interface FrontMatterFault {
  /** Line of the document, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** More front matter than this is skipped unread: metadata is small, and a data dump should not cost seconds. */
const MAXIMUM_CHARACTERS = 256 * 1024;
/** Values nested deeper are null; lists and tables written deeper than four times this are not parsed. */
const MAXIMUM_DEPTH = 16;
/** How often YAML aliases may be expanded: the library's own guard against exponential documents, kept explicit. */
const MAXIMUM_ALIASES = 100;

const NONE: FrontMatter = { values: {}, bodyLine: 0 };

/**
 * Reads YAML (`---`) or TOML (`+++`) metadata at the top of a document.
 *
 * Malformed metadata never loses the document: of broken YAML the plain `key: text` lines are kept, of broken TOML nothing.
 * A text between two `---` lines that is no mapping at all is body, since two thematic breaks look the same.
 */
export function readFrontMatter(text: string, lines: LineTable): FrontMatter {
  const fence = text.slice(0, lines.ends[0] ?? 0).trimEnd();
  if (fence !== '---' && fence !== '+++') return NONE;
  const closing = findClosingLine(text, lines, fence);
  if (closing === undefined) return NONE;
  const source = text.slice(lines.starts[1] ?? 0, lines.starts[closing] ?? 0);
  const bodyLine = closing + 1;
  const excess = findExcess(source);
  if (excess !== undefined) return { values: {}, bodyLine, fault: { line: 1, reason: excess } };
  const read = fence === '---' ? readYaml(source) : readToml(source);
  return read === undefined ? NONE : { ...read, bodyLine };
}

/** What is wrong with the front matter of a document; undefined if nothing is, or if it has none. */
export function findFrontMatterFault(text: string): FrontMatterFault | undefined {
  const fence = /^(?:---|\+\+\+)(?=[ \t]*[\r\n])/u.exec(text)?.[0];
  if (fence !== '---' && fence !== '+++') return undefined;
  const lines = tableOfLines(text);
  if (findClosingLine(text, lines, fence) !== undefined) return readFrontMatter(text, lines).fault;
  const reason = `no line "${fence}" ends it, so it is read as text`;
  return isUnclosedFrontMatter(text, fence) ? { line: 1, reason } : undefined;
}

function findExcess(source: string): string | undefined {
  if (source.length > MAXIMUM_CHARACTERS) return `it has more than ${MAXIMUM_CHARACTERS / 1024} KiB and was not read`;
  return isNestedTooDeep(source) ? 'it nests too deeply and was not read' : undefined;
}

function findClosingLine(text: string, lines: LineTable, fence: string): number | undefined {
  for (let line = 1; line < lines.count; line++) {
    const start = lines.starts[line] ?? 0;
    const marker = text.charCodeAt(start);
    if (marker !== 45 && marker !== 43 && marker !== 46) continue;
    const content = text.slice(start, lines.ends[line]).trimEnd();
    if (content === fence || (fence === '---' && content === '...')) return line;
  }
  return undefined;
}

/**
 * The parsers recurse, and a stack that is all but used up is worse than an exception: V8 ends the process when it has to
 * compile an expression there.
 */
function isNestedTooDeep(source: string): boolean {
  const limit = MAXIMUM_DEPTH * 4;
  let depth = 0;
  for (const [bracket] of source.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > limit) return true;
  }
  return /(?:[-?:][ \t]+){65}/.test(source) || /^ {500}/m.test(source);
}

type ReadValues = Pick<FrontMatter, 'values' | 'fault'>;

function readYaml(source: string): ReadValues | undefined {
  const simple = readSimpleYaml(source);
  if (simple !== undefined) return { values: simple };
  let value: unknown;
  let fault: FrontMatterFault | undefined;
  let document: Document | undefined;
  try {
    document = parseDocument(source, { strict: false, uniqueKeys: false, logLevel: 'silent', merge: true });
    const [error] = document.errors;
    if (error === undefined) value = document.toJS({ maxAliasCount: MAXIMUM_ALIASES });
    else fault = faultOf(error, lineOfParseError(document, error, source));
  } catch (error) {
    // The parser throws whatever its input provokes: too many aliases, too deep a nesting. None of it is worth a document.
    fault = faultOf(error, document && lineOfUnresolvedAlias(document, source));
  }
  if (fault !== undefined) return { values: readPlainLines(source), fault };
  if (value === null || value === undefined) return { values: {} };
  if (typeof value !== 'object') return undefined;
  return { values: Array.isArray(value) ? {} : jsonObject(value, 0) };
}

/** @param line of the source, from 1; the document has the fence above it */
function faultOf(error: unknown, line = 0): FrontMatterFault {
  const message = error instanceof Error ? error.message : String(error);
  const [reason = ''] = message.replace(/ at line \d+, column \d+:?/u, '').split('\n', 1);
  return { line: line + 1, reason };
}

/** What people can still read of broken YAML, such as the common `title: Setup: the short way`. */
function readPlainLines(source: string): FrontMatter['values'] {
  const entries: [string, string][] = [];
  for (const line of source.split(/\r\n?|\n/)) {
    const match = /^([A-Za-z_][\w-]*):[ \t]+(\S.*)$/.exec(line);
    const [, key, value] = match ?? [];
    // What begins with a sign of YAML is no plain text; a quote that is not closed is only that.
    if (key === undefined || value === undefined || /^[[{|>&*!]/.test(value)) continue;
    entries.push([
      key,
      value
        .trim()
        .replace(/^(["'])(.*)\1$/, '$2')
        .replace(/^(["'])(?!.*\1)/, ''),
    ]);
  }
  return Object.fromEntries(entries);
}

function readToml(source: string): ReadValues {
  try {
    return { values: jsonObject(parseToml(source), 0) };
  } catch (error) {
    // As with YAML: broken metadata is no reason to lose the document.
    return { values: {}, fault: faultOf(error, error instanceof TomlError ? error.line : undefined) };
  }
}

function jsonObject(value: object, depth: number): { readonly [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toJson(entry, depth + 1)]));
}

/** Dates become ISO 8601 text, numbers that JSON does not know become null, and so does what is nested too deep. */
function toJson(value: unknown, depth: number): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || depth > MAXIMUM_DEPTH) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, depth + 1));
  return jsonObject(value, depth);
}
