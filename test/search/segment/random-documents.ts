import { createHash } from 'node:crypto';
import type { AnalysedChunk, AnalysedDocument } from '../../../dist/search/analysis/analysed-document.js';
import { TermList, Vocabulary } from '../../../dist/search/analysis/index.js';
import type { QuantizedVector } from '../../../dist/search/embedding/embedder.js';
import { buildSegment, memorySource, openSegment, type Segment } from '../../../dist/search/segment/index.js';

export const EMBEDDER = 'test-24';
export const DIMENSION = 24;

/** The seed of a random test: `SNAPDEX_SEED`, else a new one; printed, so that a failure can be run again. */
export function testSeed(name: string): number {
  const seed = Number(process.env.SNAPDEX_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${name}: SNAPDEX_SEED=${seed}`);
  return seed;
}

/** Numbers that follow from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 to `limit` − 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }
}

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'épée', '検索', 'search', 'store', 'lock', 'snapshot'] as const;
export const PATHS = ['a.md', 'b.md', 'guide/a.md', 'guide/ä b.md', 'guide/日本.md', 'README.md', 'x/y/z.mdx'] as const;

function randomTerms(random: Random, most: number): readonly string[] {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(WORDS));
}

/** Documents of one segment may have their terms from different vocabularies. */
const VOCABULARIES = [new Vocabulary(), new Vocabulary()] as const;

/** A list of these terms. */
export function termList(texts: readonly string[]): TermList {
  const vocabulary = VOCABULARIES[texts.length % 2] ?? VOCABULARIES[0];
  const numbers = texts.map((text) => vocabulary.numberOf(text));
  return new TermList(vocabulary, Uint32Array.from(numbers));
}

function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** A document whose terms, text and structure follow from the random numbers; `text` differs with every call. */
export function randomDocument(random: Random, path: string): AnalysedDocument {
  const chunks: AnalysedChunk[] = [];
  let text = '';
  for (let index = random.below(4); index >= 0; index--) {
    const headingTerms = randomTerms(random, 2);
    const bodyTerms = randomTerms(random, 12);
    const codeTerms = randomTerms(random, 3);
    const startOffset = text.length;
    const line = text.split('\n').length;
    text += `# ${headingTerms.join(' ')} 😀\n${bodyTerms.join(' ')} ${random.below(1000)}\n`;
    const hash = hex([...headingTerms, ...bodyTerms].join(' '), 16);
    const headingPath = headingTerms.length === 0 ? [] : ['Top', headingTerms.join(' ')];
    chunks.push({
      headingPath,
      anchor: headingTerms.join('-'),
      startLine: line,
      endLine: line + 1,
      startOffset,
      endOffset: text.length,
      embeddedText: bodyTerms.join(' '),
      hash,
      headingTerms: termList(headingTerms),
      bodyTerms: termList(bodyTerms),
      codeTerms: termList(codeTerms),
    });
  }
  return {
    path,
    contentHash: hex(text, 32),
    sizeBytes: Buffer.byteLength(text),
    title: `Title of ${path}`,
    frontMatter: { tags: ['x', random.below(9)], nested: { deep: null } },
    text,
    titleTerms: termList(randomTerms(random, 3)),
    pathTerms: termList(randomTerms(random, 2)),
    keywordTerms: termList(randomTerms(random, 2)),
    chunks,
    links: [{ kind: 'wiki', target: 'guide/a', anchor: 'top', text: 'see', line: 1 }],
  };
}

/** A vector for a chunk that follows from its hash alone, as a real embedder's does. */
export function vectorOf(chunk: AnalysedChunk): QuantizedVector {
  const random = new Random(Number.parseInt(chunk.hash.slice(0, 8), 16));
  return {
    codes: Int8Array.from({ length: DIMENSION }, () => random.below(255) - 127),
    scale: 1 / (100 + random.below(9)),
    residuals: Uint8Array.from({ length: DIMENSION / 4 }, () => {
      return [0, 2, 4, 6].reduce((byte, shift) => byte | ((random.pick([-1, 0, 1]) & 3) << shift), 0);
    }),
  };
}

export function segmentBytes(documents: readonly AnalysedDocument[], tombstones: readonly string[] = []): Uint8Array {
  const vectors = documents.flatMap((document) => document.chunks.map(vectorOf));
  return buildSegment({ documents, vectors, tombstones, embedderId: EMBEDDER, dimension: DIMENSION });
}

export function segmentOf(documents: readonly AnalysedDocument[], tombstones: readonly string[] = []): Segment {
  return openSegment('test', memorySource(segmentBytes(documents, tombstones)));
}
