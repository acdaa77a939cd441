import { describe, expect, it } from 'vitest';
import { mergeSegments, OPEN_SEGMENT_BYTES, planMerge } from '../../dist/documents/merging.js';
import { encodeLine, Segment } from '../../dist/documents/segment.js';

const KIB = 1024;
const sizes = (...kib: readonly number[]) => kib.map((size) => ({ sizeBytes: size * KIB, lineCount: size }));
const plan = (...kib: readonly number[]) => planMerge(sizes(...kib), 1_000_000);

const segmentOf = (documents: { readonly [key: string]: string | undefined }) =>
  new Segment(
    Buffer.concat(
      Object.entries(documents).map(([key, text]) =>
        encodeLine(key, text === undefined ? undefined : { text, version: 1 }),
      ),
    ),
  );

describe('segments to merge', () => {
  it('are none while there are few', () => {
    expect(planMerge([], 0)).toBeUndefined();
    expect(plan(1)).toBeUndefined();
    expect(plan(1, 20, 20, 20, 20, 20, 20, 20)).toBeUndefined();
  });

  it('are the small ones that stand together, but for the one that is still written', () => {
    expect(plan(1, 20, 20, 20, 20, 20, 20, 20, 20)).toEqual({ start: 1, end: 9 });
    expect(plan(20, 20, 20, 20, 20, 20, 20, 20, 5000)).toEqual({ start: 0, end: 8 });
  });

  it('are small and large ones once there are too many of both', () => {
    const large = Array.from({ length: 8 }, () => 200);
    expect(plan(1, ...sizesOf(7, 20), ...large)).toEqual({ start: 1, end: 16 });
  });

  it('are all that are closed where most of what they say is outdated', () => {
    const outdated = [
      { sizeBytes: 10, lineCount: 5 },
      { sizeBytes: 9_000_000, lineCount: 90_000 },
      { sizeBytes: 9_000_000, lineCount: 90_000 },
    ];
    expect(planMerge(outdated, 50_000)).toEqual({ start: 1, end: 3 });
    expect(planMerge(outdated, 90_000)).toBeUndefined();
  });

  it('stay few however many changes there are', () => {
    let segments: { sizeBytes: number; lineCount: number }[] = [];
    let most = 0;
    for (let change = 0; change < 20_000; change++) {
      segments.unshift({ sizeBytes: OPEN_SEGMENT_BYTES, lineCount: 80 });
      for (let run = planMerge(segments, 1e9); run !== undefined; run = planMerge(segments, 1e9)) {
        const merged = segments.slice(run.start, run.end);
        const sizeBytes = merged.reduce((sum, segment) => sum + segment.sizeBytes, 0);
        segments = [...segments.slice(0, run.start), { sizeBytes, lineCount: 80 }, ...segments.slice(run.end)];
      }
      most = Math.max(most, segments.length);
    }
    // Five tiers, up to 320 MB.
    expect(most).toBeLessThanOrEqual(7 * 5);
  });
});

describe('a merged segment', () => {
  const newer = segmentOf({ b: '"new"', c: undefined });
  const older = segmentOf({ c: '3', a: '1', b: '"old"' });

  it('says what the newest said of each key, in order', () => {
    const merged = new Segment(mergeSegments([newer, older], false));
    expect([...merged.keys()]).toEqual(['a', 'b', 'c']);
    expect(merged.find('b')).toEqual({ text: '"new"', version: 1 });
    expect(merged.find('c')).toBe('deleted');
  });

  it('forgets the deleted where nothing is below', () => {
    const merged = new Segment(mergeSegments([newer, older], true));
    expect([...merged.keys()]).toEqual(['a', 'b']);
  });

  it.each(['"', '\t', '\n', 'é', '\ud800', 'a"\t"b'])('keeps documents of the key %j', (key) => {
    const segment = segmentOf({ [key]: '{"t":"\\t"}', other: '1' });
    expect(new Segment(mergeSegments([segment], true)).find(key)).toEqual({ text: '{"t":"\\t"}', version: 1 });
  });

  it.each(['"a"\t1\t1', 'nonsense\n', '5\t1\t1\n'])('is refused for bytes that are none: %j', (text) => {
    expect(() => new Segment(Buffer.from(text))).toThrow(SyntaxError);
  });
});

function sizesOf(count: number, kib: number): readonly number[] {
  return Array.from({ length: count }, () => kib);
}
