import type { DocumentAnswer } from '../../search/index.js';
import { harmlessText } from '../harmless-text.js';

/** Of the budget, what a document's front matter and its outline may take; the rest is the text's. */
const FRONT_MATTER_CHARACTERS = 3000;
const OUTLINE_CHARACTERS = 8000;

/** A document answer that fits, and how it was made to fit. */
export interface DocumentCut {
  readonly answer: DocumentAnswer;
  /** The line to ask for next; undefined if the text reaches the last line that was asked for. */
  readonly continueAtLine: number | undefined;
  /** The line, if any, whose end was left out because it alone is longer than the budget. */
  readonly shortenedLine: number | undefined;
}

/**
 * The part of a document that fits into `budget` characters of JSON: whole lines from the first one asked for, the
 * outline down to the depth that fits, and the first fields of the front matter.
 */
export function cutDocument(whole: DocumentAnswer, budget: number): DocumentCut {
  const outline = cutOutline(whole.outline);
  const frontMatter = cutFrontMatter(whole.frontMatter);
  const beside = jsonLength({ ...whole, outline, frontMatter, text: '' });
  // Never less than a page of text, whatever the rest takes.
  const { text, lines, isShortened } = firstLines(whole.text, Math.max(2000, budget - beside));
  const endLine = lines === 0 ? whole.endLine : Math.min(whole.endLine, whole.startLine + lines - 1);
  return {
    answer: { ...whole, outline, frontMatter, text, endLine },
    continueAtLine: endLine < whole.endLine ? endLine + 1 : undefined,
    shortenedLine: isShortened ? endLine : undefined,
  };
}

/** Whole lines of `text` up to `budget` characters of JSON; at least one, shortened if it must be. */
function firstLines(text: string, budget: number): { text: string; lines: number; isShortened: boolean } {
  if (text === '') return { text, lines: 0, isShortened: false };
  let end = 0;
  let length = 0;
  let lines = 0;
  for (const line of text.split(/(?<=\n)/u)) {
    const lineLength = jsonLength(line) - 2;
    if (length + lineLength > budget) break;
    length += lineLength;
    end += line.length;
    lines += 1;
  }
  if (lines > 0) return { text: text.slice(0, end), lines, isShortened: false };
  // A cut between the two halves of a surrogate pair would leave text that is not valid Unicode.
  return { text: text.slice(0, Math.floor(budget / 2)).replace(/[\uD800-\uDBFF]$/u, ''), lines: 1, isShortened: true };
}

function cutOutline(outline: DocumentAnswer['outline']): DocumentAnswer['outline'] {
  let kept = outline;
  for (let depth = 6; depth >= 1 && jsonLength(kept) > OUTLINE_CHARACTERS; depth -= 1) {
    kept = outline.filter((entry) => entry.headingPath.length <= depth);
  }
  while (jsonLength(kept) > OUTLINE_CHARACTERS) kept = kept.slice(0, Math.floor(kept.length / 2));
  return kept;
}

function cutFrontMatter(frontMatter: DocumentAnswer['frontMatter']): DocumentAnswer['frontMatter'] {
  let length = 0;
  const entries = Object.entries(frontMatter).filter(([key, value]) => {
    const entryLength = jsonLength(key) + jsonLength(value);
    if (length + entryLength > FRONT_MATTER_CHARACTERS) return false;
    length += entryLength;
    return true;
  });
  return Object.fromEntries(entries);
}

function jsonLength(value: unknown): number {
  // The text beside the JSON has more characters made visible than JSON itself escapes.
  return harmlessText(JSON.stringify(value) ?? '').length;
}
