import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The bytes of one segment, wherever they are. */
export interface SegmentSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`. @throws if they cannot be read. */
  read(offset: number, length: number): Uint8Array;
  /** Fills `target` with the bytes from `offset`. @throws if they cannot be read. */
  readInto(offset: number, target: Uint8Array): void;
  close(): void;
}

/** A segment that is already in memory. */
export function memorySource(bytes: Uint8Array): SegmentSource {
  const read = (offset: number, length: number): Uint8Array => {
    if (offset + length > bytes.length)
      throw new RangeError(`bytes ${offset} to ${offset + length} of ${bytes.length}`);
    return bytes.subarray(offset, offset + length);
  };
  return {
    sizeBytes: bytes.length,
    read,
    readInto: (offset, target) => target.set(read(offset, target.length)),
    close: () => undefined,
  };
}

/** The bytes of another source in memory, read at once when the first are wanted; the other is closed then. */
export function heldSource(source: SegmentSource): SegmentSource {
  let held: SegmentSource | undefined;
  const hold = (): SegmentSource => {
    held ??= memorySource(source.read(0, source.sizeBytes));
    source.close();
    return held;
  };
  return {
    sizeBytes: source.sizeBytes,
    read: (offset, length) => hold().read(offset, length),
    readInto: (offset, target) => hold().readInto(offset, target),
    close: () => source.close(),
  };
}

/**
 * A segment in a file, read by position. The file is open from here to `close()`, so it stays readable after it was
 * unlinked.
 *
 * @throws what `node:fs` throws if the file cannot be opened.
 */
export function fileSource(path: string): SegmentSource {
  const file = openSync(path, 'r');
  let isOpen = true;
  const readInto = (offset: number, target: Uint8Array): void => {
    // A closed descriptor's number may by now belong to another file.
    if (!isOpen) throw new Error(`${path} is closed`);
    const wanted = target.length;
    let filled = 0;
    while (filled < wanted) {
      const count = readSync(file, target, filled, wanted - filled, offset + filled);
      if (count === 0) throw new RangeError(`${path} ends at byte ${offset + filled}, wanted ${offset + wanted}`);
      filled += count;
    }
  };
  return {
    sizeBytes: fstatSync(file).size,
    read: (offset, length) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      readInto(offset, bytes);
      return bytes;
    },
    readInto,
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}
