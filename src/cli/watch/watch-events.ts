import { isDeepStrictEqual } from 'node:util';
import type { GenerationSummary, InstanceStatus, StatusAnswer } from '../../search/index.js';

/** What was seen of an index at one look. */
export interface Look {
  readonly status: StatusAnswer;
  /** The newest generations, newest first. */
  readonly generations: readonly GenerationSummary[];
}

/** What can happen to an index, as `snapdex watch --json` prints it. */
export type WatchEvent =
  | ({ readonly event: 'state' } & Pick<
      StatusAnswer,
      'generation' | 'stale' | 'root' | 'documents' | 'chunks' | 'pendingChanges' | 'hold' | 'instances'
    >)
  | ({ readonly event: 'commit' } & GenerationSummary)
  | { readonly event: 'joined' | 'left' | 'role'; readonly instance: InstanceStatus }
  | { readonly event: 'pending'; readonly pendingChanges: number }
  | { readonly event: 'hold'; readonly hold: StatusAnswer['hold'] };

/** What has happened between two looks, oldest first; the first look gives the state. */
export function eventsBetween(before: Look | undefined, { status, generations }: Look): readonly WatchEvent[] {
  if (before === undefined) return [stateOf(status)];
  const commits = generations.filter(({ generation }) => generation > before.status.generation).toReversed();
  const { pendingChanges, hold } = status;
  return [
    ...instanceEvents(before.status.instances, status.instances),
    ...commits.map((generation) => ({ event: 'commit', ...generation }) as const),
    ...(isDeepStrictEqual(hold, before.status.hold) ? [] : [{ event: 'hold', hold } as const]),
    ...(pendingChanges === before.status.pendingChanges ? [] : [{ event: 'pending', pendingChanges } as const]),
  ];
}

function stateOf(status: StatusAnswer): WatchEvent {
  const { generation, stale, root, documents, chunks, pendingChanges, hold, instances } = status;
  return { event: 'state', generation, stale, root, documents, chunks, pendingChanges, hold, instances };
}

function instanceEvents(before: readonly InstanceStatus[], after: readonly InstanceStatus[]): readonly WatchEvent[] {
  const known = new Map(before.map((instance) => [instance.id, instance]));
  const left = before.filter(({ id }) => after.every((instance) => instance.id !== id));
  return [
    ...left.map((instance) => ({ event: 'left', instance }) as const),
    ...after.flatMap((instance): readonly WatchEvent[] => {
      const former = known.get(instance.id);
      if (former === undefined) return [{ event: 'joined', instance }];
      return former.role === instance.role ? [] : [{ event: 'role', instance }];
    }),
  ];
}
