/** A file that a caller reads by position: what it asks for is checked, and what goes wrong has a code. */
import { wholeFrom } from '../arguments/index.js';
import { requireArgument } from './argument-checks.js';
import { StoreError } from './errors.js';
import type { OpenFile } from './file-system.js';

const BYTES = { expected: 'a Uint8Array', allows: (value: unknown) => value instanceof Uint8Array };
const COUNT = wholeFrom(0);

/**
 * `file`, with reads that throw nothing but StoreErrors.
 * @param file whose size was compared with that of its entry
 * @param about the file, as the beginning of a message
 * @param explain makes the error for what the system, or the end of a file that has lost bytes, has said
 */
export function checkedFile(file: OpenFile, about: string, explain: (error: unknown) => StoreError): OpenFile {
  const { sizeBytes } = file;
  let isOpen = true;
  const reading = <T>(offset: number, lengthBytes: number, read: () => T): T => {
    requireArgument('offset', offset, COUNT);
    requireArgument('lengthBytes', lengthBytes, COUNT);
    if (!isOpen) throw closed(about);
    if (offset + lengthBytes > sizeBytes) throw beyondEnd(about, { offset, lengthBytes, sizeBytes });
    try {
      return read();
    } catch (error) {
      throw explain(error);
    }
  };
  return {
    sizeBytes,
    read: (offset, lengthBytes) => reading(offset, lengthBytes, () => file.read(offset, lengthBytes)),
    readInto: (offset, target) => {
      requireArgument('target', target, BYTES);
      reading(offset, target.byteLength, () => file.readInto(offset, target));
    },
    close: () => {
      isOpen = false;
      file.close();
    },
  };
}

function closed(about: string): StoreError {
  return new StoreError('INVALID_CALL', `${about} was closed`, { remedy: 'Open it again, or read before closing it.' });
}

function beyondEnd(
  about: string,
  {
    offset,
    lengthBytes,
    sizeBytes,
  }: { readonly offset: number; readonly lengthBytes: number; readonly sizeBytes: number },
): StoreError {
  const text = `${about} has ${sizeBytes} bytes: there are no ${lengthBytes} from ${offset} on`;
  return new StoreError('INVALID_OPTION', text, { remedy: 'Read no further than `sizeBytes`.' });
}
