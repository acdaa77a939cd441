// File names, documents, tags and reasons are other people's words: raw, they could move the cursor of a terminal,
// rename its window, or show a text in another order than it is read in. Our own colours are put around them later.

/** C0 but tabs and ends of lines, DEL, C1, and the characters that turn the direction of the text after them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must be found
const HARMFUL = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

const ENDS_AND_TABS: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Fields of answers that hold lines of a document or a file; all other texts stand on one line. */
const FIELDS_OF_LINES: ReadonlySet<string> = new Set(['diff', 'snippet', 'text']);

/** `text` with what could steer a terminal or reorder the text made visible, as JSON escapes it: `\u001b`. */
export function harmlessText(text: string): string {
  return text.replace(HARMFUL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As `harmlessText`, on one line: an end of a line becomes `\n`. */
export function harmlessLine(text: string): string {
  return harmlessText(text.replace(/[\r\n\t]/gu, (character) => ENDS_AND_TABS.get(character) ?? character));
}

/** A copy of an answer of the index in which no text can do harm where a person reads it. */
export function harmlessAnswer<T>(answer: T): T;
export function harmlessAnswer(answer: unknown): unknown {
  return harmlessValue(answer, '');
}

function harmlessValue(value: unknown, field: string): unknown {
  if (typeof value === 'string') return FIELDS_OF_LINES.has(field) ? harmlessText(value) : harmlessLine(value);
  if (Array.isArray(value)) return value.map((item: unknown) => harmlessValue(item, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, harmlessValue(item, key)]));
}
