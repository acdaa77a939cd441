/** A character that belongs to no word. */
export const SEPARATOR = 1;
/** A letter, digit, combining mark or underscore of a script that puts spaces between words. */
export const WORD = 2;
/** A letter of a script that does not, or hardly (Han, Kana, Hangul, Thai, Lao, Khmer, Burmese): indexed as bigrams. */
export const UNSPACED = 3;
/** Joins two words into one identifier when it stands directly between them: `.`, `-` and the apostrophes. */
export const CONNECTOR = 4;

const IN_WORDS = /[\p{L}\p{N}\p{M}_\u00ad]/u;
const IN_UNSPACED_SCRIPTS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const VARIATION_SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u20e3]/u;

/** Filled as characters turn up, since testing the property expressions costs a hundred times a table look-up. */
const classes = new Uint8Array(0x10000);
const astralClasses = new Map<number, number>();

/** Class of the character at a position; a surrogate pair answers at its first unit. */
export function classOfCharacter(text: string, position: number): number {
  const unit = text.charCodeAt(position);
  const known = classes[unit] ?? 0;
  if (known !== 0) return known;
  if ((unit & 0xfc00) === 0xd800) return classOfAstral(text.codePointAt(position) ?? unit);
  const found = classify(String.fromCharCode(unit));
  classes[unit] = found;
  return found;
}

/** Where the run of characters of one class ends that begins at a position. */
export function endOfClass(text: string, from: number, kind: number): number {
  const length = text.length;
  let position = from;
  for (;;) {
    // The table alone decides for nearly all characters, and this loop sees each character of every document.
    while (position < length && classes[text.charCodeAt(position)] === kind) position++;
    if (position >= length) return length;
    if (classOfCharacter(text, position) !== kind) return position;
    position += (text.charCodeAt(position) & 0xfc00) === 0xd800 ? 2 : 1;
  }
}

function classOfAstral(codePoint: number): number {
  const known = astralClasses.get(codePoint);
  if (known !== undefined) return known;
  const found = classify(String.fromCodePoint(codePoint));
  astralClasses.set(codePoint, found);
  return found;
}

function classify(character: string): number {
  if (character === '.' || character === '-' || character === "'" || character === '\u2019') return CONNECTOR;
  // Compiling the property expressions takes milliseconds, which a first query in plain English is spared.
  if (character <= '\x7f') return /\w/.test(character) ? WORD : SEPARATOR;
  if (!IN_WORDS.test(character) || VARIATION_SELECTOR.test(character)) return SEPARATOR;
  return IN_UNSPACED_SCRIPTS.test(character) ? UNSPACED : WORD;
}
