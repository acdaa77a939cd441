/** Finding the line in which broken YAML is broken. Pure. */
import { type Document, isCollection, isScalar, type Node, visit, type YAMLParseError } from 'yaml';

/**
 * The line, from 1, to look at for what the parser could not read: of a list, a table or a quote that nothing closes, the
 * one in which it begins. The parser names the one in which it was still not closed.
 */
export function lineOfParseError(document: Document, error: YAMLParseError, source: string): number | undefined {
  const [end] = error.pos;
  let start: number | undefined;
  if (error.code === 'BAD_INDENT' || error.code === 'MISSING_CHAR') {
    // The innermost comes last.
    visit(document, {
      Node(_key, node) {
        if (isClosedByAnother(node) && node.range?.[1] === end) start = node.range[0];
      },
    });
  }
  return start === undefined ? error.linePos?.[0].line : lineAt(source, start);
}

/** The line, from 1, of the first alias that names no anchor above it; `undefined` if there is none. */
export function lineOfUnresolvedAlias(document: Document, source: string): number | undefined {
  const anchors = new Set<string>();
  let start: number | undefined;
  visit(document, {
    Value(_key, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return undefined;
      start = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return start === undefined ? undefined : lineAt(source, start);
}

function isClosedByAnother(node: Node): boolean {
  if (isCollection(node)) return node.flow === true;
  return isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
