/** How long passages are. */
export interface ChunkingOptions {
  /**
   * A section with more words than this is split between blocks, into passages of at most this many where its blocks
   * allow it. Default 150: the literature finds fixed passages of 150 to 300 words best (Callan, "Passage-level evidence in
   * document retrieval", SIGIR 1994; Kaszkiel and Zobel, "Effective ranking with arbitrary passages", JASIST 2001), and of
   * 100, 150, 200, 300 and 500 this one did best on our sets for its number of passages (docs/decisions/0103).
   */
  readonly maximumWords: number;
  /** A passage with fewer words takes in the next block of its section even above `maximumWords`. Default 45. */
  readonly minimumWords: number;
  /** A line with more characters (UTF-16 code units) is split by length, at a space where there is one. Default 2400. */
  readonly maximumLineCharacters: number;
}

export const DEFAULT_CHUNKING: ChunkingOptions = { maximumWords: 150, minimumWords: 45, maximumLineCharacters: 2400 };

/** A line of the body that is not blank, or a piece of a very long one: what passages are made of. */
export interface LineUnit {
  readonly words: number;
  readonly startsBlock: boolean;
  /** True if a passage must begin here: a heading. */
  readonly startsSection: boolean;
}

/** Units `start` to `end` (exclusive) make one passage. */
export interface UnitRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Divides units into passages: each heading begins one, so that every heading stays findable by its own lines; long
 * sections are split between blocks, long blocks between lines. Every unit is in exactly one passage.
 */
export function divideIntoPassages(units: readonly LineUnit[], options: ChunkingOptions): readonly UnitRange[] {
  const passages: UnitRange[] = [];
  let start = 0;
  for (let end = 1; end <= units.length; end++) {
    if (end < units.length && units[end]?.startsSection !== true) continue;
    for (const range of divideSection(units, { start, end }, options)) passages.push(range);
    start = end;
  }
  return passages;
}

function divideSection(units: readonly LineUnit[], section: UnitRange, options: ChunkingOptions): readonly UnitRange[] {
  const sizes: number[] = [];
  const passages: UnitRange[] = [];
  let start = section.start;
  let size = 0;
  const cut = (end: number): void => {
    if (end > start) {
      passages.push({ start, end });
      sizes.push(size);
    }
    start = end;
    size = 0;
  };
  for (const block of blocksOf(units, section)) {
    const isOversized = block.words > options.maximumWords;
    if (size + block.words > options.maximumWords && (size >= options.minimumWords || (isOversized && size > 0)))
      cut(block.start);
    if (!isOversized) {
      size += block.words;
      continue;
    }
    for (let unit = block.start; unit < block.end; unit++) {
      const words = units[unit]?.words ?? 0;
      if (size > 0 && size + words > options.maximumWords) cut(unit);
      size += words;
    }
  }
  cut(section.end);
  return joinShortTail(passages, sizes, options);
}

interface Block extends UnitRange {
  readonly words: number;
}

function* blocksOf(units: readonly LineUnit[], section: UnitRange): Generator<Block> {
  let start = section.start;
  let words = 0;
  for (let unit = section.start; unit < section.end; unit++) {
    // A heading and its first block stay together.
    if (units[unit]?.startsBlock === true && words > 0) {
      yield { start, end: unit, words };
      start = unit;
      words = 0;
    }
    words += units[unit]?.words ?? 0;
  }
  yield { start, end: section.end, words };
}

/** A last passage of a few words says little by itself. */
function joinShortTail(
  passages: readonly UnitRange[],
  sizes: readonly number[],
  options: ChunkingOptions,
): readonly UnitRange[] {
  const last = passages.at(-1);
  const previous = passages.at(-2);
  if (last === undefined || previous === undefined) return passages;
  const size = sizes.at(-1) ?? 0;
  const joined = size + (sizes.at(-2) ?? 0);
  if (size >= options.minimumWords / 2 || joined > options.maximumWords + options.minimumWords) return passages;
  return [...passages.slice(0, -2), { start: previous.start, end: last.end }];
}

/** Cuts a long line into pieces of at most `maximum` code units, behind a space or sentence end in their last quarter. */
export function divideLongLine(line: string, maximum: number): readonly UnitRange[] {
  const pieces: UnitRange[] = [];
  let start = 0;
  while (start < line.length) {
    let end = Math.min(line.length, start + maximum);
    if (end < line.length) {
      const tail = line.slice(end - (maximum >> 2), end);
      const space = Math.max(...[' ', '\t', '。', '．', '！', '？'].map((mark) => tail.lastIndexOf(mark)));
      if (space !== -1) end = end - tail.length + space + 1;
      else if ((line.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
    }
    pieces.push({ start, end });
    start = end;
  }
  return pieces;
}
