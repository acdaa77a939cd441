import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../dist/cli/progress-line.js';

/** A stream that remembers what was written to it, a clock that is set, and progress on both. */
function scene({ isTTY = false, isJson = false } = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  const clock = { nowMs: 0 };
  const progress = new ProgressLine({ isJson, stream, now: () => clock.nowMs });
  const show = (nowMs: number, done: number, { phase = 'indexing', total = 4000 } = {}): void => {
    clock.nowMs = nowMs;
    progress.show({ phase, done, total });
  };
  return { progress, show, written: () => String(stream.read() ?? '') };
}

describe('progress where there is no terminal', () => {
  it('is a line every five seconds, with rate and time left', () => {
    const { show, written } = scene();
    show(0, 0);
    show(4_900, 980);
    expect(written()).toBe('');
    show(5_000, 1_000);
    show(9_000, 1_800);
    show(10_000, 2_000);
    expect(written()).toBe('indexing 1,000/4,000, 200/s, 15 s left\nindexing 2,000/4,000, 200/s, 10 s left\n');
  });

  it('begins anew with each phase', () => {
    const { show, written } = scene();
    show(0, 0, { phase: 'comparing' });
    show(4_000, 3_999, { phase: 'comparing' });
    show(6_000, 0);
    show(11_000, 1);
    expect(written()).toBe('indexing 1/4,000, 12/min, 6 h left\n');
  });

  it('is nothing for programs that read JSON', () => {
    const { show, written } = scene({ isJson: true });
    show(0, 0);
    show(60_000, 1_000);
    expect(written()).toBe('');
  });
});

describe('progress on a terminal', () => {
  it('is a bar that is gone in the end', async () => {
    const { progress, show, written } = scene({ isTTY: true });
    show(0, 0);
    // The library is being loaded.
    while (written() === '') {
      await nextTurn();
      show(1_000, 200);
    }
    show(2_000, 2_000);
    progress.clear();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what clears a line
    expect(written()).toMatch(/indexing █+░+ 2,000\/4,000 {2}1,000\/s {2}2 s left[\s\S]*\u001b\[2K$/);
  });

  it('is nothing for work that is over at once', async () => {
    const { progress, show, written } = scene({ isTTY: true });
    for (let done = 0; done <= 200; done += 1) {
      await nextTurn();
      show(done, done * 20);
    }
    progress.clear();
    expect(written()).toBe('');
  });
});
