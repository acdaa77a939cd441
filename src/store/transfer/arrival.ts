/** What arrives next in a store, and the manifest that it gets there. */
import type { FileEntry, Manifest, Writer } from '../manifest.js';
import { isNothing, originOf } from './lineage.js';

/** The next generation of the target, decided on its head. */
export interface Arrival {
  /**
   * `kept`: a generation of the source, under its own number. `passing`: what was there before, under a number that the
   * source has collected. `on-top`: the content of the source as a change of the target.
   */
  readonly kind: 'kept' | 'passing' | 'on-top';
  readonly generation: number;
  /** The head of the target; `undefined` for a store without any. */
  readonly base: Manifest | undefined;
  /** The generation of the source whose content it is; of a passing one, the next that comes. */
  readonly source: Manifest;
}

/** Who commits an arrival. */
export interface Arriver {
  /** The name of the draft, which no other has. */
  readonly draft: string;
  readonly writer: Writer;
  /** ISO 8601. */
  readonly now: string;
}

/** What the generation is to hold. */
export function contentOf({ kind, base, source }: Arrival): ReadonlyMap<string, FileEntry> {
  return kind === 'passing' ? (base?.files ?? new Map()) : source.files;
}

/** What of the content the target does not have: its head has no file of that name with those bytes. */
export function missingFiles(arrival: Arrival): ReadonlyMap<string, FileEntry> {
  const known = arrival.base?.files;
  return new Map([...contentOf(arrival)].filter(([name, file]) => !isSame(known?.get(name), file)));
}

/** True if the target's newest generation is the source's in all that a reader sees. */
export function holdsSame(base: Manifest | undefined, source: Manifest): boolean {
  if (base === undefined || base.files.size !== source.files.size) return false;
  if ([...source.files].some(([name, file]) => !isSame(base.files.get(name), file))) return false;
  return JSON.stringify(base.metadata) === JSON.stringify(source.metadata);
}

/** @param own names of the files that the draft has */
export function manifestOf(arrival: Arrival, arriver: Arriver, own: ReadonlySet<string>): Manifest {
  const { kind, generation, base, source } = arrival;
  const files = [...contentOf(arrival)].map(([name, file]): [string, FileEntry] => {
    const owner = own.has(name) ? generation : (base?.files.get(name)?.owner ?? generation);
    return [name, { ...file, owner }];
  });
  // Whoever sleeps after a claim, of whichever store, finds itself in the table; and so does who claims this.
  const writers = latestOf(base?.writers, kind === 'kept' ? source.writers : undefined);
  writers.set(arriver.writer.instance, { nonce: arriver.draft, generation });
  // All of it is on the disk before it is claimed, so nothing is unsynced.
  return { ...wordsOf(arrival, arriver), generation, unsynced: [], files: new Map(files), writers };
}

/** How the reasons begin of generations that are not copies of the source's, number for number. */
const PASSING = 'passed over on the way to generation';
const ON_TOP = /^generation \d+ of another history/;

/** True if a pull or push made the generation and its metadata, which it took over, says nothing of its own change. */
export function isTakenOver({
  operation,
  reason,
  arrival,
}: Pick<Manifest, 'operation' | 'reason' | 'arrival'>): boolean {
  // Of earlier versions only the reason says it.
  return arrival !== undefined || (operation === 'update' && (reason.startsWith(PASSING) || ON_TOP.test(reason)));
}

type Words = Omit<Manifest, 'generation' | 'unsynced' | 'files' | 'writers'>;

function wordsOf(arrival: Arrival, arriver: Arriver): Words {
  const { kind, base, source } = arrival;
  if (kind === 'kept') return source;
  if (kind === 'on-top') return wordsOfChange(base, source, arriver);
  const reason = `${PASSING} ${source.generation}`;
  if (base === undefined || isNothing(base)) {
    const { draft, writer } = arriver;
    const { createdAt } = source;
    const words = { operation: 'update', reason, arrival: 'passing', hold: null, metadata: {} };
    return { parent: null, nonce: draft, createdAt, writer, ...words };
  }
  const { generation, nonce } = originOf(base);
  return { ...base, parent: { generation, nonce }, nonce, reason, arrival: 'passing' };
}

function wordsOfChange(base: Manifest | undefined, source: Manifest, { draft, writer, now }: Arriver): Words {
  const { generation, reason, metadata } = source;
  return {
    parent: base === undefined ? null : { generation: base.generation, nonce: base.nonce },
    nonce: draft,
    createdAt: now,
    writer,
    operation: 'update',
    reason: `generation ${generation} of another history${reason === '' ? '' : `: ${reason}`}`,
    arrival: 'on-top',
    hold: null,
    metadata,
  };
}

type Writers = Manifest['writers'];

/** Of each writer the later commit. */
function latestOf(
  one: Writers | undefined,
  other: Writers | undefined,
): Map<string, { readonly nonce: string; readonly generation: number }> {
  const writers = new Map(one);
  for (const [instance, last] of other ?? []) {
    if ((writers.get(instance)?.generation ?? 0) < last.generation) writers.set(instance, last);
  }
  return writers;
}

function isSame(one: FileEntry | undefined, other: FileEntry): boolean {
  return one?.sha256 === other.sha256 && one.sizeBytes === other.sizeBytes;
}
