import { describe, expect, it } from 'vitest';
import type { DocumentAnswer } from '../../../dist/search/index.js';
import { cutDocument } from '../../../dist/server/tools/document-cut.js';
import { estimateTokens } from '../../../dist/server/tools/token-estimate.js';

/** Tokens. */
const BUDGET = 1500;

describe('cutting a document', () => {
  it('leaves a document that fits as it is', () => {
    const whole = documentOf('# Title\r\n\r\nText.');
    expect(cutDocument(whole, BUDGET)).toEqual({ answer: whole, continueAtLine: undefined, shortenedLine: undefined });
  });

  it('keeps whole lines and names the next one', () => {
    const cut = cutDocument(documentOf('line\n'.repeat(2000)), BUDGET);
    expect(cut.answer.text).toBe('line\n'.repeat(cut.answer.endLine));
    expect(cut.continueAtLine).toBe(cut.answer.endLine + 1);
    expect(estimateTokens(JSON.stringify(cut.answer))).toBeLessThanOrEqual(BUDGET);
  });

  it('counts from the first line that was asked for', () => {
    const cut = cutDocument(
      { ...documentOf('line\n'.repeat(2000)), startLine: 501, endLine: 2500, lines: 9000 },
      BUDGET,
    );
    expect(cut.continueAtLine).toBe(501 + cut.answer.text.length / 5);
  });

  it('shortens a line that alone is too long, without breaking a character', () => {
    const cut = cutDocument(documentOf(`${'😀'.repeat(9000)}\nnext\n`), BUDGET);
    expect(cut).toMatchObject({ continueAtLine: 2, shortenedLine: 1 });
    expect(cut.answer.text.isWellFormed()).toBe(true);
  });

  it('counts tokens as JSON writes them', () => {
    const cut = cutDocument(documentOf('"\u0001"\n'.repeat(2000)), BUDGET);
    expect(estimateTokens(JSON.stringify(cut.answer))).toBeLessThanOrEqual(BUDGET);
  });

  it('drops the deepest headings of a long outline first', () => {
    const outline = Array.from({ length: 400 }, (_, index) => ({
      headingPath: index % 20 === 0 ? ['Top'] : ['Top', `Heading ${index}`],
      anchor: `heading-${index}`,
      startLine: index + 1,
      endLine: index + 1,
    }));
    const cut = cutDocument({ ...documentOf('text'), outline }, 8000);
    expect(cut.answer.outline).toEqual(outline.filter((entry) => entry.headingPath.length === 1));
  });

  it('drops front matter that is too long, and keeps the rest', () => {
    const frontMatter = { title: 'T', data: 'x'.repeat(10_000), tags: ['a'] };
    expect(cutDocument({ ...documentOf('text'), frontMatter }, BUDGET).answer.frontMatter).toEqual({
      title: 'T',
      tags: ['a'],
    });
  });

  it('lets an empty document be', () => {
    expect(cutDocument(documentOf(''), BUDGET)).toMatchObject({ continueAtLine: undefined, shortenedLine: undefined });
  });
});

function documentOf(text: string): DocumentAnswer {
  const lines = text === '' ? 0 : text.replace(/\n$/u, '').split('\n').length;
  return {
    generation: 1,
    stale: false,
    indexing: false,
    path: 'a.md',
    title: 'A',
    contentHash: '0'.repeat(32),
    sizeBytes: text.length,
    lines,
    startLine: 1,
    endLine: lines,
    text,
    frontMatter: {},
    outline: [],
    changedSinceIndexed: false,
  };
}
