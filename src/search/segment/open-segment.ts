import { SectionReader } from './section-reader.js';
import { Segment } from './segment.js';
import { readHead } from './segment-head.js';
import type { SegmentSource } from './segment-source.js';

/** The first version whose pages can be checked by themselves. */
const FIRST_WITH_PAGES = 2;

/**
 * A segment ready for queries. Reads and checks header and section table; everything else is read and checked when it is
 * asked for, or by `Segment.verify()`. The source stays open until `Segment.close()`, and is closed here if opening fails.
 * Nothing is allocated beyond the size of the source.
 *
 * @param name what errors call it
 * @throws SearchError SEGMENT_DAMAGED if the bytes contradict themselves, their checksums or their size, or cannot be
 * read; SEGMENT_FORMAT_NEWER if a later version of snapdex wrote it.
 */
export function openSegment(name: string, source: SegmentSource): Segment {
  try {
    const head = readHead(name, source);
    const reader = new SectionReader(name, head, source);
    if (head.version < FIRST_WITH_PAGES) reader.verify();
    return new Segment(reader);
  } catch (error) {
    source.close();
    throw error;
  }
}
