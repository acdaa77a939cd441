import type { OpenFile } from '../file-system.js';

/** Bytes that were fetched, as an open file. */
export function fileInMemory(bytes: Uint8Array): OpenFile {
  const piece = (offset: number, lengthBytes: number): Uint8Array => {
    if (offset + lengthBytes > bytes.byteLength) throw new RangeError(`${lengthBytes} bytes from ${offset}: not there`);
    return bytes.subarray(offset, offset + lengthBytes);
  };
  return {
    sizeBytes: bytes.byteLength,
    // Others may read the same bytes: what one does with them is its own affair.
    read: (offset, lengthBytes) => Buffer.from(piece(offset, lengthBytes)),
    readInto: (offset, target) => target.set(piece(offset, target.byteLength)),
    close: () => {},
  };
}
