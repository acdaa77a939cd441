import { isUtf8 } from 'node:buffer';
import { SearchError } from '../errors.js';

/**
 * The text of a document file, without a byte order mark, line ends as in the file.
 *
 * @throws SearchError `DOCUMENT_NOT_UTF8` if the bytes are not UTF-8 or hold a NUL; the message names the byte offset,
 * from 0, of the first bad byte.
 */
export function decodeDocument(bytes: Uint8Array, path: string): string {
  const nulOffset = bytes.indexOf(0);
  if (!isUtf8(bytes)) {
    const offset = firstInvalidByte(bytes);
    const value = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    const shape = startsWithUtf16Mark(bytes) ? 'looks like UTF-16' : `invalid byte 0x${value}`;
    throw notUtf8(`${path}: not UTF-8 text: ${shape} at byte ${offset}`);
  }
  if (nulOffset !== -1) throw notUtf8(`${path}: not a text file: NUL at byte ${nulOffset}`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

const BYTE_ORDER_MARK = '\ufeff';

function notUtf8(message: string): SearchError {
  return new SearchError('DOCUMENT_NOT_UTF8', message, {
    remedy: 'Save the file as UTF-8, or exclude it from the index.',
  });
}

function startsWithUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function firstInvalidByte(bytes: Uint8Array): number {
  let position = 0;
  while (position < bytes.length) {
    const length = sequenceLength(bytes, position);
    if (length === 0) return position;
    position += length;
  }
  return position;
}

/** Length of the well-formed sequence at a position, 0 if there is none. See table 3-7 of the Unicode standard. */
function sequenceLength(bytes: Uint8Array, position: number): number {
  const lead = bytes[position] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[position + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let offset = 2; offset < length; offset++) {
    if (((bytes[position + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
