/** What a reader of the head does, in the steps of `docs/protocol.md`, again and again. */
import type { Moves } from './moves.js';
import { Field, Reader, type State } from './state.js';

const Reading = { idle: 0, read: 1, lookAgain: 2, openFiles: 3 } as const;

/** Takes the one step that a reader can do now. It begins anew only when there is something new. */
export function takeReaderSteps(moves: Moves, reader: number): void {
  const { now } = moves;
  const looked = now.reader(reader, Reader.looked);
  const manifest = now.reader(reader, Reader.manifest);
  const take = (name: string, about: number, violation?: string): void =>
    moves.take(`r${reader + 1}`, name, about, violation);
  switch (now.reader(reader, Reader.step)) {
    case Reading.idle: {
      const head = moves.head(now);
      if (head === now.reader(reader, Reader.last)) return;
      const next = moves.fork();
      goTo(next, reader, { step: Reading.read, looked: head });
      next.setReader(reader, Reader.acknowledged, now.get(Field.acknowledged));
      take('read 1 look for the highest number', head);
      return;
    }
    case Reading.read: {
      const found = now.manifest(looked);
      if (moves.hasBug('unconfirmed-read')) {
        const next = moves.fork();
        goTo(next, reader, found === 0 ? { step: Reading.idle } : { step: Reading.openFiles, looked, manifest: found });
        take('read 2 read its manifest', looked, found === 0 ? undefined : judge(moves, reader, looked, found));
        return;
      }
      goTo(moves.fork(), reader, { step: Reading.lookAgain, looked, manifest: found });
      take('read 2 read its manifest', looked);
      return;
    }
    case Reading.lookAgain: {
      const head = moves.head(now);
      const isHead = head === looked;
      goTo(moves.fork(), reader, isHead ? { step: Reading.openFiles, looked, manifest } : { step: Reading.idle });
      take('read 3 look again', head, isHead ? judge(moves, reader, looked, manifest) : undefined);
      return;
    }
    default:
      openFiles(moves, reader, looked, manifest);
  }
}

/** A file that is gone means a newer head; a reader of the newest generation starts over. */
function openFiles(moves: Moves, reader: number, looked: number, manifest: number): void {
  const next = moves.fork();
  goTo(next, reader, { step: Reading.idle });
  next.setReader(reader, Reader.acknowledged, 0);
  next.setReader(reader, Reader.last, looked);
  const isWhole = moves.isComplete(moves.now, manifest);
  const isBroken = !isWhole && moves.head(moves.now) === looked;
  const violation = isBroken ? `a reader finds the head ${looked} without all of its files` : undefined;
  moves.take(
    `r${reader + 1}`,
    isWhole ? 'read: open its files' : 'read: a file is gone, start over',
    looked,
    violation,
  );
}

function judge(moves: Moves, reader: number, looked: number, manifest: number): string | undefined {
  if (manifest === 0) return `a reader finds the head ${looked} without a manifest`;
  const { history } = moves.manifests.get(manifest);
  const lost = moves.now.reader(reader, Reader.acknowledged) & ~history;
  if (lost !== 0) return `a reader at ${looked} misses a change that was acknowledged before it began`;
  const last = moves.now.reader(reader, Reader.last);
  return looked < last ? `the head goes back for a reader, from ${last} to ${looked}` : undefined;
}

function goTo(
  next: State,
  reader: number,
  { step, looked = 0, manifest = 0 }: { readonly step: number; readonly looked?: number; readonly manifest?: number },
): void {
  next.setReader(reader, Reader.step, step);
  next.setReader(reader, Reader.looked, looked);
  next.setReader(reader, Reader.manifest, manifest);
  if (step === Reading.idle) next.setReader(reader, Reader.acknowledged, 0);
}
