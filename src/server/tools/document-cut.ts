import type { DocumentAnswer } from '../../search/index.js';
import { harmlessText } from '../harmless-text.js';
import { withShortNames } from './short-names.js';
import { estimateTokens, firstTokens } from './token-estimate.js';

/** Of the budget, what a document's front matter and its outline may take; the rest is the text's. */
const FRONT_MATTER_TOKENS = 800;
const OUTLINE_TOKENS = 2000;
/** Never less of the text, whatever the rest takes. */
const LEAST_TEXT_TOKENS = 500;

/** A document answer that fits, and how it was made to fit. */
export interface DocumentCut {
  readonly answer: DocumentAnswer;
  /** The line to ask for next; undefined if the text reaches the last line that was asked for. */
  readonly continueAtLine: number | undefined;
  /** The line, if any, whose end was left out because it alone is longer than the budget. */
  readonly shortenedLine: number | undefined;
}

/**
 * The part of a document that fits into about `budget` tokens of JSON: whole lines from the first one asked for, the
 * outline down to the depth that fits, and the first fields of the front matter. Very long names are shortened.
 */
export function cutDocument(document: DocumentAnswer, budget: number): DocumentCut {
  const whole = withShortNames(document);
  const outline = cutOutline(whole.outline);
  const frontMatter = cutFrontMatter(document.frontMatter);
  const beside = jsonTokens({ ...whole, outline, frontMatter, text: '' });
  const { text, lines, isShortened } = firstLines(whole.text, Math.max(LEAST_TEXT_TOKENS, budget - beside));
  const endLine = lines === 0 ? whole.endLine : Math.min(whole.endLine, whole.startLine + lines - 1);
  return {
    answer: { ...whole, outline, frontMatter, text, endLine },
    continueAtLine: endLine < whole.endLine ? endLine + 1 : undefined,
    shortenedLine: isShortened ? endLine : undefined,
  };
}

/** Whole lines of `text` up to `budget` tokens of JSON; at least one, shortened if it must be. */
function firstLines(text: string, budget: number): { text: string; lines: number; isShortened: boolean } {
  if (text === '') return { text, lines: 0, isShortened: false };
  let end = 0;
  let tokens = 0;
  let lines = 0;
  for (const line of text.split(/(?<=\n)/u)) {
    tokens += jsonTokens(line);
    if (tokens > budget) break;
    end += line.length;
    lines += 1;
  }
  if (lines > 0) return { text: text.slice(0, end), lines, isShortened: false };
  return { text: shortened(text, budget), lines: 1, isShortened: true };
}

function shortened(line: string, budget: number): string {
  let short = firstTokens(line, budget);
  // What JSON escapes takes more there.
  while (jsonTokens(short) > budget) short = firstTokens(short, estimateTokens(short) * 0.8);
  return short;
}

function cutOutline(outline: DocumentAnswer['outline']): DocumentAnswer['outline'] {
  let kept = outline;
  for (let depth = 6; depth >= 1 && jsonTokens(kept) > OUTLINE_TOKENS; depth -= 1) {
    kept = outline.filter((entry) => entry.headingPath.length <= depth);
  }
  while (jsonTokens(kept) > OUTLINE_TOKENS) kept = kept.slice(0, Math.floor(kept.length / 2));
  return kept;
}

function cutFrontMatter(frontMatter: DocumentAnswer['frontMatter']): DocumentAnswer['frontMatter'] {
  let tokens = 0;
  const entries = Object.entries(frontMatter).filter(([key, value]) => {
    const entryTokens = jsonTokens(key) + jsonTokens(value);
    if (tokens + entryTokens > FRONT_MATTER_TOKENS) return false;
    tokens += entryTokens;
    return true;
  });
  return Object.fromEntries(entries);
}

function jsonTokens(value: unknown): number {
  // The text beside the JSON has more characters made visible than JSON itself escapes.
  return estimateTokens(harmlessText(JSON.stringify(value) ?? ''));
}
