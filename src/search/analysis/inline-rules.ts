import type { Env, MarkdownIt, StateInline, Token } from 'markdown-it';
import { endOfBraces, endOfComment, scanTag } from './markup-scanner.js';

/** Type of the token of a `[[note]]`: `content` is the name with its anchor, `info` the alias, `markup` `[[` or `![[`. */
export const WIKI_LINK = 'wiki_link';

/** Adds what CommonMark does not know: wiki links, footnote references, callout labels, and positions of tokens. */
export function addDialectRules(parser: MarkdownIt): void {
  parser.inline.ruler.before('link', 'wiki_link', wikiLink);
  parser.inline.ruler.before('wiki_link', 'silent_labels', silentLabels);
  addPositions(parser);
}

/** Lets JSX tags pass as HTML and takes expressions out; replaces the parser's own HTML rule, which knows no braces. */
export function addMdxRules(parser: MarkdownIt): void {
  parser.inline.ruler.at('html_inline', jsxTag);
  parser.inline.ruler.before('link', 'mdx_expression', mdxExpression);
}

/** Offset in the inline content at which a token began, if it began with a character that is recorded. */
export function positionOf(token: Token): number | undefined {
  const position = token.meta?.position;
  return typeof position === 'number' ? position : undefined;
}

const WIKI_LINK_SYNTAX = /!?\[\[([^[\]|\n]{1,500}?)(?:\\?\|([^[\]\n]{0,500}))?\]\](?!\()/y;
const FOOTNOTE_REFERENCE = /\[\^[^\]\s]{1,200}\]/y;
const CALLOUT_LABEL = /\[![\w-]{1,50}\][+-]?/y;

function wikiLink(state: StateInline, silent: boolean): boolean {
  const first = state.src.charCodeAt(state.pos);
  if (first !== OPENING_BRACKET && first !== EXCLAMATION_MARK) return false;
  const match = matchAt(WIKI_LINK_SYNTAX, state);
  if (match === undefined) return false;
  if (!silent) {
    const token = state.push(WIKI_LINK, '', 0);
    token.content = match[1] ?? '';
    token.info = match[2] ?? '';
    token.markup = match[0].startsWith('!') ? '![[' : '[[';
  }
  state.pos += match[0].length;
  return true;
}

/** `[^1]` and, at the very start, `[!note]` are read by nobody. */
function silentLabels(state: StateInline): boolean {
  if (state.src.charCodeAt(state.pos) !== OPENING_BRACKET) return false;
  const match = matchAt(FOOTNOTE_REFERENCE, state) ?? (state.pos === 0 ? matchAt(CALLOUT_LABEL, state) : undefined);
  if (match === undefined) return false;
  state.pos += match[0].length;
  return true;
}

function mdxExpression(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== OPENING_BRACE || !mayScan(state.env)) return false;
  const end = endOfBraces(state.src, state.pos);
  if (end === undefined || end > state.posMax) return countFailure(state.env);
  if (!silent) state.pending += ' ';
  state.pos = end;
  return true;
}

function jsxTag(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== LESS_THAN || !mayScan(state.env)) return false;
  const end = state.src.startsWith('<!--', state.pos)
    ? endOfComment(state.src, state.pos)
    : scanTag(state.src, state.pos)?.end;
  if (end === undefined || end > state.posMax) return countFailure(state.env);
  if (!silent) state.push('html_inline', '', 0).content = state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

/** Scans that find nothing run to the end of the paragraph; after so many the rest is text, to stay linear. */
const MAXIMUM_FAILURES = 500;

function mayScan(env: Env): boolean {
  const failures = env.failures;
  return typeof failures !== 'number' || failures < MAXIMUM_FAILURES;
}

function countFailure(env: Env): false {
  const failures = env.failures;
  env.failures = typeof failures === 'number' ? failures + 1 : 1;
  return false;
}

/**
 * markdown-it keeps no place for inline tokens, and links need their line. So a rule that never matches notes, before the
 * others but plain text look, where the token now to come begins; a failed attempt is overwritten by the next one at the same index.
 */
function addPositions(parser: MarkdownIt): void {
  const begun = new WeakMap<Token[], Map<number, number>>();
  parser.inline.ruler.after('text', 'note_position', (state, silent) => {
    if (silent || !isRecorded(state.src.charCodeAt(state.pos))) return false;
    const positions = begun.get(state.tokens) ?? new Map<number, number>();
    if (positions.size === 0) begun.set(state.tokens, positions);
    positions.set(state.tokens.length + (state.pending === '' ? 0 : 1), state.pos);
    return false;
  });
  // Before the first post-processing rule, since the last one closes gaps in the token list.
  parser.inline.ruler2.before('balance_pairs', 'set_position', (state) => {
    for (const [index, position] of begun.get(state.tokens) ?? []) {
      const token = state.tokens[index];
      if (token !== undefined) token.meta = { position };
    }
    return false;
  });
}

const NEWLINE = 10;
const EXCLAMATION_MARK = 33;
const LESS_THAN = 60;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const BACKTICK = 96;
const OPENING_BRACE = 123;

function isRecorded(character: number): boolean {
  return (
    character === OPENING_BRACKET ||
    character === NEWLINE ||
    character === BACKTICK ||
    character === LESS_THAN ||
    character === EXCLAMATION_MARK ||
    character === BACKSLASH
  );
}

function matchAt(expression: RegExp, state: StateInline): RegExpExecArray | undefined {
  expression.lastIndex = state.pos;
  const match = expression.exec(state.src);
  return match === null || state.pos + match[0].length > state.posMax ? undefined : match;
}
