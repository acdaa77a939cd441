import type { Env, MarkdownIt, Token } from 'markdown-it';
// The package's other build sets each field of a token by a helper that takes a third of the time of parsing.
import MarkdownItParser from 'markdown-it/browser';
import { addDialectRules, addMdxRules } from './inline-rules.js';

/** A parsed body: block tokens with lines, and a reader of inline content that knows the body's link definitions. */
export interface ParsedMarkdown {
  /** Empty if the parser failed. */
  readonly blocks: readonly Token[];
  /** Undefined if the parser failed. */
  parseInline(content: string): readonly Token[] | undefined;
}

/** Marks the destinations of reference links, which the parser's tokens do not tell from inline ones. */
const REFERENCE_MARK = '\u0000';

/** Containers nested deeper than this are read as plain lines. Parsing costs lines × depth, so the bound matters. */
const MAXIMUM_NESTING = 40;

const commonMark = createParser();
const mdx = createMdxParser();

export function parseMarkdown(source: string, options: { readonly isMdx: boolean }): ParsedMarkdown {
  const parser = options.isMdx ? mdx : commonMark;
  const env: Env = {};
  const blocks = attempt(() => parser.parse(source, env)) ?? [];
  for (const reference of Object.values(env.references ?? {})) reference.href = REFERENCE_MARK + reference.href;
  return {
    blocks,
    parseInline: (content) =>
      attempt(() => {
        const tokens: Token[] = [];
        parser.inline.parse(content, parser, env, tokens);
        return tokens;
      }),
  };
}

/** The parser asserts things about itself and recurses; should that fail on some input, its text is still read as it is. */
function attempt<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The destination of a link or image token, and whether it came from a definition elsewhere. */
export function readDestination(written: string | number | null): {
  readonly url: string;
  readonly isReference: boolean;
} {
  const url = String(written ?? '');
  return url.startsWith(REFERENCE_MARK) ? { url: url.slice(1), isReference: true } : { url, isReference: false };
}

function createParser(): MarkdownIt {
  const parser = new MarkdownItParser({ html: true, maxNesting: MAXIMUM_NESTING });
  // Inline content is parsed piece by piece, by whoever reads it.
  parser.core.ruler.enableOnly(['normalize', 'block']);
  // Links are kept as written, and none is refused: they are looked up, never followed.
  parser.normalizeLink = (url) => url;
  parser.validateLink = () => true;
  parseImageTextOnce(parser);
  addDialectRules(parser);
  return parser;
}

function createMdxParser(): MarkdownIt {
  const parser = createParser();
  parser.block.ruler.disable(['code', 'html_block']);
  addMdxRules(parser);
  return parser;
}

/** The text of an image is parsed as markdown by itself, which for images inside images inside images takes cubic time. */
function parseImageTextOnce(parser: MarkdownIt): void {
  const parse = parser.inline.parse.bind(parser.inline);
  let isInside = false;
  parser.inline.parse = (content, md, env, tokens) => {
    if (isInside) return;
    isInside = true;
    try {
      parse(content, md, env, tokens);
    } finally {
      isInside = false;
    }
  };
}
