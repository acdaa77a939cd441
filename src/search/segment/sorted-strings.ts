/** Byte strings side by side in one array: string i is `bytes[starts[i], starts[i + 1])`. */
export class StringList {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly bytes: Buffer;

  /** @param starts `count + 1` ascending positions in `bytes` */
  constructor(starts: Uint32Array, bytes: Buffer) {
    this.count = starts.length - 1;
    this.starts = starts;
    this.bytes = bytes;
  }

  /** The string of that number; `''` outside the list. */
  text(index: number): string {
    return this.bytes.toString('utf8', this.starts[index] ?? 0, this.starts[index + 1] ?? 0);
  }

  /** A view of the bytes of the string of that number. */
  view(index: number): Buffer {
    return this.bytes.subarray(this.starts[index] ?? 0, this.starts[index + 1] ?? 0);
  }
}

/** Negative, zero or positive as string `a` of `left` stands before, at or after string `b` of `right`, by bytes. */
export function compareStrings(left: StringList, a: number, right: StringList, b: number): number {
  const leftBytes = left.bytes;
  const rightBytes = right.bytes;
  let x = left.starts[a] ?? 0;
  let y = right.starts[b] ?? 0;
  // Whoever writes starts that lead out of the bytes must not make us walk there.
  const xEnd = Math.min(left.starts[a + 1] ?? 0, leftBytes.length);
  const yEnd = Math.min(right.starts[b + 1] ?? 0, rightBytes.length);
  const shared = Math.min(xEnd - x, yEnd - y);
  for (const stop = x + shared; x < stop; x++, y++) {
    const difference = (leftBytes[x] ?? 0) - (rightBytes[y] ?? 0);
    if (difference !== 0) return difference;
  }
  return xEnd - x - (yEnd - y);
}

/** A list of one string, to compare with or look for. */
export function singleString(text: string): StringList {
  const bytes = Buffer.from(text, 'utf8');
  return new StringList(Uint32Array.of(0, bytes.length), bytes);
}

/** The first place in ascending `list`, at or after `from`, whose string is not below string `index` of `wanted`. */
export function lowerBound(list: StringList, wanted: StringList, index: number, from = 0): number {
  // Steps double from `from`, so that walking two ascending lists side by side costs about one step a string.
  let low = from;
  let step = 1;
  while (low + step <= list.count && compareStrings(list, low + step - 1, wanted, index) < 0) {
    low += step;
    step *= 2;
  }
  let high = Math.min(list.count, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareStrings(list, middle, wanted, index) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number in ascending `list` of string `index` of `wanted`; undefined if it is not there. */
export function findSameString(list: StringList, wanted: StringList, index: number): number | undefined {
  const place = lowerBound(list, wanted, index);
  return place < list.count && compareStrings(list, place, wanted, index) === 0 ? place : undefined;
}

/** The half-open range of strings in ascending `list` that start with `prefix`. */
export function prefixRange(list: StringList, prefix: string): { readonly start: number; readonly end: number } {
  const wanted = singleString(prefix);
  const start = lowerBound(list, wanted, 0);
  let low = start;
  let high = list.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startsWith(list, middle, wanted.bytes)) low = middle + 1;
    else high = middle;
  }
  return { start, end: low };
}

function startsWith(list: StringList, index: number, prefix: Buffer): boolean {
  const start = list.starts[index] ?? 0;
  if ((list.starts[index + 1] ?? 0) - start < prefix.length) return false;
  return list.bytes.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0;
}
