/** The logs of a torture, read back. */
import fs from 'node:fs';
import path from 'node:path';
import { KINDS, type Kind, type Operation } from './operation.js';

/** What the process that watched over the others wrote down. */
export interface RefereeNotes {
  /** When each killed process was known to be dead. */
  readonly deaths: ReadonlyMap<string, number>;
  /** Processes that ended by themselves, and what they said. */
  readonly crashes: readonly string[];
  /** The newest generation once everybody was gone, and what was read of it. */
  readonly final: { readonly generation: number; readonly digest: string };
  /** The tags that were left, and what was read of their generations. */
  readonly tags: ReadonlyMap<string, { readonly generation: number; readonly digest: string }>;
  /** What was wrong with the store in the end, in words. */
  readonly complaints: readonly string[];
}

/** Everything that is known of a torture. */
export interface RecordedHistory {
  readonly operations: readonly Operation[];
  readonly referee: RefereeNotes;
  readonly warnings: readonly string[];
}

export const REFEREE_LOG = 'referee';
export const LOG_SUFFIX = '.log';

/** Reads every log of a folder. */
export function readHistory(folder: string): RecordedHistory {
  const referee = parseRefereeNotes(readLines(path.join(folder, REFEREE_LOG)));
  const operations: Operation[] = [];
  const warnings: string[] = [];
  for (const file of fs.readdirSync(folder).sort()) {
    if (!file.endsWith(LOG_SUFFIX)) continue;
    const process = file.slice(0, -LOG_SUFFIX.length);
    const diedNs = referee.deaths.get(process) ?? Number.POSITIVE_INFINITY;
    parseOperations(process, readLines(path.join(folder, file)), { operations, warnings, diedNs });
  }
  return { operations, referee, warnings };
}

/**
 * Adds the operations of one process.
 * @throws for a line that no process of the torture writes
 */
export function parseOperations(
  process: string,
  lines: Iterable<string>,
  into: { readonly operations: Operation[]; readonly warnings: string[]; readonly diedNs: number },
): void {
  let current: Operation | undefined;
  for (const line of lines) {
    if (line.startsWith('# ')) into.warnings.push(`${process}: ${line.slice(2)}`);
    else if (current !== undefined && finish(current, line)) current = undefined;
    else if (current === undefined) {
      current = begin(process, line, into.diedNs);
      into.operations.push(current);
    } else throw new Error(`log of ${process}: ${JSON.stringify(line)} has no place after an intention`);
  }
}

function begin(process: string, line: string, diedNs: number): Operation {
  const [number = '', mark, startNs = '', name = '', first = '', second = ''] = line.split(' ');
  const kind = KINDS.find((one) => one === name);
  if (mark !== '!' || kind === undefined) throw new Error(`log of ${process}: ${JSON.stringify(line)} is no intention`);
  return {
    process,
    number: Number(number),
    kind,
    target: takesTarget(kind) ? Number(first) : 0,
    word: takesTarget(kind) ? second : first,
    startNs: Number(startNs),
    endNs: diedNs,
    outcome: 'unknown',
    code: '',
    generation: 0,
    baseGeneration: 0,
    digest: '',
    rebases: 0,
  };
}

function takesTarget(kind: Kind): boolean {
  return kind === 'rollback' || kind === 'travel' || kind === 'keep';
}

/** Whether the line ended the operation. */
function finish(operation: Operation, line: string): boolean {
  const [mark, endNs = '', first = '', base = '', digest = '', rebases = ''] = line.split(' ');
  if (mark !== '=' && mark !== 'x' && mark !== '?') return false;
  operation.endNs = Number(endNs);
  if (mark === '?') return true;
  operation.outcome = mark === '=' ? 'done' : 'refused';
  if (mark === 'x') operation.code = first;
  else {
    operation.generation = Number(first);
    operation.baseGeneration = Number(base);
    operation.digest = digest;
    operation.rebases = Number(rebases);
  }
  return true;
}

/** The referee's own log: `death process ns`, `crash text`, `final generation digest`, `tag name generation digest`. */
export function parseRefereeNotes(lines: Iterable<string>): RefereeNotes {
  const deaths = new Map<string, number>();
  const tags = new Map<string, { generation: number; digest: string }>();
  const texts: Record<'crash' | 'complaint', string[]> = { crash: [], complaint: [] };
  let final: RefereeNotes['final'] | undefined;
  for (const line of lines) {
    const [what, first = '', second = '', third = ''] = line.split(' ');
    if (what === 'death') deaths.set(first, Number(second));
    else if (what === 'tag') tags.set(first, { generation: Number(second), digest: third });
    else if (what === 'final') final = { generation: Number(first), digest: second };
    else if (what === 'crash' || what === 'complaint') texts[what].push(line.slice(what.length + 1));
    else throw new Error(`log of the referee: ${JSON.stringify(line)}`);
  }
  if (final === undefined) throw new Error('log of the referee: the final state was never read');
  return { deaths, crashes: texts.crash, final, tags, complaints: texts.complaint };
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** The lines of a file, without holding all of it; a last one without its end was never completely written. */
function* readLines(file: string): Generator<string> {
  const descriptor = fs.openSync(file, 'r');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let rest = '';
  try {
    for (let length = -1; length !== 0; ) {
      length = fs.readSync(descriptor, piece, 0, piece.length, null);
      const lines = (rest + piece.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
