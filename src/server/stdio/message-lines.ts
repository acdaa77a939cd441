import { Transform, type TransformCallback } from 'node:stream';
import { findMessageFault, INVALID_REQUEST, type MessageFault } from './message-fault.js';

/** The transport that reads the lines ends the connection at 10 MiB. */
const LONGEST_LINE_BYTES = 10_000_000;
/** Enough of both ends of a line to find the id of a request in. */
const ENDS_BYTES = 1_000;
const LINE_FEED = 0x0a;

/**
 * Passes on what is written, line by line, but for lines that are no message, and those of more than 10 MB: of these
 * only the ends are kept, and told once the line is over. What follows is passed on as ever.
 */
export class MessageLines extends Transform {
  readonly #onRefused: (line: MessageFault) => void;
  #parts: Buffer[] = [];
  #lengthBytes = 0;

  constructor(onRefused: (line: MessageFault) => void) {
    super();
    this.#onRefused = onRefused;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end + 1));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
    done();
  }

  #add(part: Buffer): void {
    this.#parts.push(part);
    this.#lengthBytes += part.length;
    if (this.#lengthBytes > LONGEST_LINE_BYTES) this.#parts = endsOf(Buffer.concat(this.#parts));
  }

  #endLine(): void {
    const [parts, lengthBytes] = [this.#parts, this.#lengthBytes];
    this.#parts = [];
    this.#lengthBytes = 0;
    const line = lengthBytes > LONGEST_LINE_BYTES ? undefined : Buffer.concat(parts);
    const fault = line === undefined ? tooLong(parts, lengthBytes) : findMessageFault(line.toString('utf8'));
    if (fault === undefined) this.push(line);
    else this.#onRefused(fault);
  }
}

function tooLong(parts: readonly Buffer[], lengthBytes: number): MessageFault {
  const message = `a message of ${lengthBytes} bytes: the most is 10 MB. Send less at once.`;
  return { code: INVALID_REQUEST, id: idIn(parts), message, isAnswered: true };
}

/** Copies: what lies between them is let go. */
function endsOf(line: Buffer): Buffer[] {
  return [Buffer.from(line.subarray(0, ENDS_BYTES)), Buffer.from(line.subarray(-ENDS_BYTES))];
}

const ID = /"id"\s*:\s*(?<id>\d{1,15}|"[^"\\]{0,200}")/u.source;
const VERSION = /"jsonrpc"\s*:\s*"2\.0"/u.source;
/** Only here is an `id` surely the request's, and not one in what it carries. */
const ID_FIRST = new RegExp(`^\\s*\\{\\s*(?:${VERSION}\\s*,\\s*)?${ID}\\s*,`, 'u');
const ID_LAST = new RegExp(`,\\s*${ID}\\s*(?:,\\s*${VERSION}\\s*)?\\}\\s*$`, 'u');

function idIn([first, last]: readonly Buffer[]): string | number | undefined {
  const found = ID_FIRST.exec(String(first)) ?? ID_LAST.exec(String(last));
  const id: unknown = JSON.parse(found?.groups?.id ?? 'null');
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
