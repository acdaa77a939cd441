/** What arrives next, decided on the head of the target: `docs/protocol.md` has it as a table. */
import { StoreError } from '../errors.js';
import type { Manifest } from '../manifest.js';
import { requireNotHeld } from '../time-travel.js';
import { type Arrival, holdsSame } from './arrival.js';
import { isNothing, type KnownHistory, originOf, standsIn } from './lineage.js';
import type { SourceHistory } from './source-history.js';

/** What is to come, and into what. */
export interface Wanted {
  readonly source: SourceHistory;
  /** Those of the source's generations that are to come, ascending; the last one is the wanted one. */
  readonly coming: readonly Manifest[];
  readonly isOnTop: boolean;
  /** For messages. */
  readonly target: string;
}

/**
 * What arrives on `base`; `undefined` if the target has all of it.
 * @param known what is known of the target's history, of which `base` is the newest
 * @throws StoreError HISTORIES_DIFFER; STORE_HELD for a change on top of a store on hold
 */
export function decideNext(wanted: Wanted, known: KnownHistory | undefined): Arrival | undefined {
  const { source, coming } = wanted;
  const base = known?.newest;
  const number = (base?.generation ?? 0) + 1;
  if (known !== undefined && base !== undefined) {
    const isThere = number > source.newest.generation && standsIn(known, source.newest);
    if (isThere) return undefined;
    if (!isNothing(base) && !standsIn(source, originOf(base))) return decideOnTop(wanted, base);
    // An older or equal number that nothing connects with the source's.
    if (number > source.newest.generation) return decideOnTop(wanted, base);
  }
  const next = coming.find(({ generation }) => generation >= number) ?? source.newest;
  return { kind: next.generation === number ? 'kept' : 'passing', generation: number, base, source: next };
}

function decideOnTop({ source: { newest }, isOnTop, target }: Wanted, base: Manifest): Arrival | undefined {
  if (!isOnTop) throw historiesDiffer(newest, base, target);
  if (holdsSame(base, newest)) return undefined;
  requireNotHeld({ generation: base.generation, manifest: base });
  const generation = base.generation + 1;
  // What names generations in its content never stands below them, as after a rollback.
  return { kind: generation < newest.generation ? 'passing' : 'on-top', generation, base, source: newest };
}

function historiesDiffer(newest: Manifest, base: Manifest, target: string): StoreError {
  const text = `store ${target}: its newest generation ${base.generation} is not shown to be of the history of generation ${newest.generation}`;
  return new StoreError('HISTORIES_DIFFER', text, {
    remedy:
      '`--on-top` (in a program `onTop: true`) makes the content a new generation there, and what was there stays in the history; or choose an empty place. To keep the changes of both, do so in both directions: pull with `--on-top`, make yours again (`snapdex index`), push with `--on-top`.',
  });
}
