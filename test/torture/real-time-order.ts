/** Whether what happened later, by the clock, saw what had happened before. */
import { madeGeneration } from './commit-order.js';
import { nameOf, type Operation } from './operation.js';
import type { Replayed } from './replay.js';
import type { Report } from './violation.js';

/** Operations that meet the newest generation, or make it; their generations must go with the clock. */
function meetsHead({ kind, outcome, word }: Operation): boolean {
  return outcome === 'done' && (kind === 'read' || kind === 'resume' || (kind === 'tag' && word !== ''));
}

/**
 * Reports every operation that began after another had ended and still made or met an earlier generation. Of a commit
 * whose process was killed only the death is known to be later, which is what `endNs` says of it.
 */
export function checkRealTimeOrder(operations: readonly Operation[], replayed: Replayed, report: Report): void {
  const { events, generations } = eventsOf(operations, replayed);
  const byStart = orderBy(events, ({ startNs }) => startNs);
  const byEnd = orderBy(events, ({ endNs }) => endNs);
  let ended = 0;
  let newest = 0;
  let newestEvent: Operation | undefined;
  for (const index of byStart) {
    const event = events[index];
    const generation = generations[index] ?? 0;
    if (event === undefined) continue;
    for (; ended < byEnd.length; ended++) {
      const other = byEnd[ended] ?? 0;
      const otherEvent = events[other];
      if (otherEvent === undefined || otherEvent.endNs >= event.startNs) break;
      if ((generations[other] ?? 0) < newest) continue;
      newest = generations[other] ?? 0;
      newestEvent = otherEvent;
    }
    const isMaker = replayed.makers[generation] === event;
    if (generation > newest || (generation === newest && !isMaker)) continue;
    const what = isMaker ? 'made' : 'met';
    const before = newestEvent === undefined ? 'the beginning' : nameOf(newestEvent);
    report('BACKWARD', generation, `${nameOf(event)} ${what} it, after ${before} had ended with ${newest}`);
  }
}

function eventsOf(
  operations: readonly Operation[],
  { makers }: Replayed,
): { readonly events: readonly Operation[]; readonly generations: Float64Array } {
  const events: Operation[] = [];
  const numbers: number[] = [];
  for (const [generation, maker] of makers.entries()) {
    if (maker === undefined) continue;
    events.push(maker);
    numbers.push(generation);
  }
  for (const operation of operations) {
    if (!meetsHead(operation) || madeGeneration(operation)) continue;
    events.push(operation);
    numbers.push(operation.generation);
  }
  return { events, generations: Float64Array.from(numbers) };
}

/** Indices of the events, ascending by a time. */
function orderBy(events: readonly Operation[], timeOf: (event: Operation) => number): Uint32Array {
  const times = Float64Array.from(events, timeOf);
  const order = Uint32Array.from(events.keys());
  return order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
}
