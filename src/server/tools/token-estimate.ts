import { textUpTo } from './text-up-to.js';

// A model's tokens cannot be counted here: each family has its own tokenizer, and their tables are megabytes. They agree
// enough to be told from the characters: a word, a number or a run of signs costs something to begin and less to go on,
// and a letter of another script costs what it takes in bytes and in rarity. The figures are fitted to two public
// tokenizers on sixty kinds of text, so that the estimate is not below the larger of the two: decision 0430.

type Kind = 'lower' | 'upper' | 'digit' | 'space' | 'line' | 'sign';

/** Tokens of the first character of a run, and of each further one. */
const RUN_TOKENS: Readonly<Record<Kind, readonly [first: number, further: number]>> = {
  lower: [0.95, 0.4],
  upper: [1.15, 0.45],
  digit: [1.02, 0.35],
  space: [0.08, 0.02],
  line: [0.7, 0.13],
  sign: [0.93, 0.7],
};
/** So many letters of a word cost no more than the first. */
const SHORT_WORD = 5;
/** The small letters after a capital are most often one token with it. */
const AFTER_CAPITAL = 0.6;
/** A single space belongs to the word after it; more of them are a token of their own, and so is one before a digit. */
const APART_SPACE = 1;
/** Only equal spaces share a token, so each tab after a space and each space after a tab begins another one. */
const OTHER_SPACE = 0.5;
const TAB = 0.05;
/** A sign as the one before it: `----`. */
const SAME_SIGN = 0.3;
/** A longer run is looked at in pieces, so that a text can be cut within it. */
const LONGEST_RUN = 64;

/**
 * Tokens of one UTF-16 code unit that is no printable character of ASCII, up to which one. Where people write whole
 * texts, it is what those take; elsewhere, what characters at random take.
 */
const OTHER_CHARACTERS: readonly (readonly [upTo: number, tokens: number])[] = [
  [0x9f, 2], // control characters
  [0x17f, 1.35], // Latin letters with accents
  [0x1af, 2],
  [0x1b0, 1.35], // Vietnamese letters
  [0x36f, 2.2], // phonetic signs, accents apart
  [0x3ff, 1.1], // Greek
  [0x4ff, 0.7], // Cyrillic
  [0x58f, 2.2], // Armenian
  [0x5ff, 1.3], // Hebrew
  [0x6ff, 1.1], // Arabic
  [0x8ff, 2.5], // Syriac, Thaana
  [0xbff, 1.5], // scripts of the north of India, Tamil
  [0xdff, 2], // and of its south
  [0xe7f, 1.6], // Thai
  [0x109f, 2.6], // Lao, Tibetan, Burmese
  [0x10ff, 2.3], // Georgian
  [0x177f, 3], // Ethiopic, Cherokee
  [0x17ff, 2], // Khmer
  [0x1dff, 3], // Mongolian
  [0x1eff, 1.6], // Latin letters with two accents
  [0x1fff, 3],
  [0x200f, 2], // spaces of many widths
  [0x2027, 1.2], // dashes, quotation marks
  [0x209f, 2],
  [0x214f, 2.3],
  [0x218f, 2],
  [0x2193, 1.1], // the arrows that texts have
  [0x22ff, 2.5], // others, mathematics
  [0x24ff, 3],
  [0x2502, 1], // lines of boxes
  [0x25ff, 2], // the rest of boxes
  [0x26ff, 2.5],
  [0x27bf, 2.1], // dingbats
  [0x2fff, 3], // Braille
  [0x30ff, 1], // signs of CJK, kana
  [0x4dbf, 3],
  [0x9fff, 1.4], // Han
  [0xabff, 3],
  [0xd7ff, 1.35], // Hangul
  [0xd83b, 2.4], // halves of pairs: rare Han
  [0xd83e, 1.7], // emoji
  [0xdbff, 2.4],
  [0xdfff, 1.7], // the second half of any pair
  [0xfdff, 3], // private ones
  [0xfeff, 2.8],
  [0xff1f, 1.5], // wide signs
  [0xffff, 2],
];

/** About how many tokens a model reads in `text`; rather too many than too few. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfRun(text, at);
    tokens += tokensOfRun(text, at, end);
    at = end;
  }
  return Math.ceil(tokens);
}

/** The beginning of `text` that is about `tokens` tokens long at the most; it never ends within a pair of surrogates. */
export function firstTokens(text: string, tokens: number): string {
  let left = tokens;
  let at = 0;
  while (at < text.length) {
    const end = endOfRun(text, at);
    left -= tokensOfRun(text, at, end);
    if (left < 0) break;
    at = end;
  }
  return textUpTo(text, at);
}

/** The end of the characters of one kind that begin at `start`. */
function endOfRun(text: string, start: number): number {
  const kind = kindOf(text.charCodeAt(start));
  const most = kind === undefined ? start + 1 : Math.min(text.length, start + LONGEST_RUN);
  let end = start + 1;
  while (end < most && kindOf(text.charCodeAt(end)) === kind) end += 1;
  return end;
}

function tokensOfRun(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start);
  const kind = kindOf(code);
  if (kind === undefined) return tokensOfOther(code);
  const length = end - start;
  const [first, further] = RUN_TOKENS[kind];
  switch (kind) {
    case 'lower':
      return (isAfterCapital(text, start) ? AFTER_CAPITAL : first) + Math.max(0, length - SHORT_WORD) * further;
    case 'space': {
      const isBeforeDigit = kindOf(text.charCodeAt(end)) === 'digit';
      const apart = (length > 1 ? APART_SPACE : 0) + (isBeforeDigit ? APART_SPACE : 0);
      const others = length - 1 - countRepeated(text, start, end);
      return first + length * (code === 0x09 ? TAB : further) + others * OTHER_SPACE + apart;
    }
    case 'sign': {
      const same = countRepeated(text, start, end);
      return first + (length - 1 - same) * further + same * SAME_SIGN;
    }
    default:
      return first + (length - 1) * further;
  }
}

function tokensOfOther(code: number): number {
  let [low, high] = [0, OTHER_CHARACTERS.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code <= (OTHER_CHARACTERS[middle]?.[0] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return OTHER_CHARACTERS[low]?.[1] ?? 1;
}

/** True where the run before is one capital: `Word`, not `WORDs`. */
function isAfterCapital(text: string, start: number): boolean {
  const before = (distance: number): Kind | undefined => kindOf(text.charCodeAt(start - distance));
  return before(1) === 'upper' && before(2) !== 'upper';
}

function countRepeated(text: string, start: number, end: number): number {
  let same = 0;
  for (let at = start + 1; at < end; at += 1) if (text.charCodeAt(at) === text.charCodeAt(at - 1)) same += 1;
  return same;
}

/** What kind of character of ASCII it is; undefined for control characters, beyond, and for none. */
function kindOf(code: number): Kind | undefined {
  if (code >= 0x61 && code <= 0x7a) return 'lower';
  if (code === 0x20 || code === 0x09) return 'space';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  if (code >= 0x30 && code <= 0x39) return 'digit';
  if (code === 0x0a || code === 0x0d) return 'line';
  return code > 0x20 && code < 0x7f ? 'sign' : undefined;
}
