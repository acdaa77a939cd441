/** Commands that decide what is kept, and for how long. */
import { expect } from 'vitest';
import { expectNoGeneration } from './changing-commands.js';
import { type Command, command } from './command.js';
import type { PlainRetention } from './plain-store.js';

/** Collecting takes exactly what the plain model lets go; for their size, the oldest first and no more than needed. */
export function collect(index: number, retention: PlainRetention): Command {
  return command('collect', [index, retention], async (model, real) => {
    const { gone, waiting } = model.retirable(retention);
    const planned = await real.store(index).collect({ ...retention, dryRun: true });
    const result = await real.store(index).collect(retention);
    expect(planned).toMatchObject({ retirements: result.retirements, totalBytes: result.totalBytes });
    const bySize = result.retirements.filter(({ reason }) => reason === 'size');
    const { maximumTotalBytes = Number.POSITIVE_INFINITY } = retention;
    expect(bySize.map(({ generation }) => generation)).toEqual(waiting.slice(0, bySize.length));
    expect([...result.retired].sort((a, b) => a - b)).toEqual(
      [...gone, ...waiting.slice(0, bySize.length)].sort((a, b) => a - b),
    );
    const last = bySize.at(-1);
    if (last !== undefined) expect(result.totalBytes + last.freedBytes).toBeGreaterThan(maximumTotalBytes);
    if (bySize.length < waiting.length) expect(result.totalBytes).toBeLessThanOrEqual(maximumTotalBytes);
    for (const generation of result.retired) model.generations.delete(generation);
    expect(result.kept).toEqual([...model.generations.keys()]);
  });
}

export function tag(index: number, name: string, back: number): Command {
  return command('tag', [index, name, `head-${back}`], async (model, real) => {
    const generation = model.head - back;
    const done = real.store(index).tag(name, generation);
    if (!model.generations.has(generation)) return expectNoGeneration(done, generation);
    if (model.tags.has(name)) return expect(done).rejects.toMatchObject({ code: 'TAG_EXISTS' });
    model.tags.set(name, generation);
    expect(await done).toMatchObject({ name, generation });
  });
}

export function untag(index: number, name: string): Command {
  return command('untag', [index, name], async (model, real) => {
    const done = real.store(index).untag(name);
    if (!model.tags.delete(name)) return expect(done).rejects.toMatchObject({ code: 'TAG_NOT_FOUND' });
    await done;
  });
}

/** Opens a generation, and keeps it open through all that comes. */
export function openGeneration(index: number, back: number): Command {
  return command('openGeneration', [index, `head-${back}`], async (model, real) => {
    const generation = model.head - back;
    const opening = real.store(index).openGeneration(generation);
    if (!model.generations.has(generation)) return expectNoGeneration(opening, generation);
    real.snapshots.push({ snapshot: await opening, expected: model.of(generation), isPinned: true });
    model.opened.push(generation);
  });
}

/** Takes a snapshot of the head without a pin, and keeps it. */
export function takeSnapshot(index: number): Command {
  return command('takeSnapshot', [index], async (model, real) => {
    const snapshot = await real.store(index).snapshot();
    real.snapshots.push({ snapshot, expected: model.newest, isPinned: false });
  });
}

export function closeSnapshots(): Command {
  return command('closeSnapshots', [], (_, real) => real.closeSnapshots());
}

/** Time passes, for whoever looks at ages. */
export function wait(milliseconds: number): Command {
  return command('wait', [milliseconds], async (model) => {
    model.nowMs += milliseconds;
  });
}

export function flush(index: number): Command {
  return command('flush', [index], (_, real) => real.store(index).flush());
}

export function reopen(): Command {
  return command('reopen', [], (_, real) => real.reopen());
}
