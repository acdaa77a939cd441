/** What the torture writes: a content that anybody can compute again from the names of the updates that led to it. */
import { createHash } from 'node:crypto';

/** A generation's content. Two generations have the same one if and only if the same updates led to both. */
export interface Content {
  /** SHA-256 over the chain before and the name of the update; `''` before the first one. */
  readonly chain: string;
  /** Files that only some updates write or remove, so that a generation shares most of them with older ones. */
  readonly slots: readonly (string | undefined)[];
}

const SLOTS = 8;
/** Every so many updates of a writer remove their slot in place of writing it. */
const REMOVE_EVERY = 5;
/** The checker hashes every generation, so files are small. */
const REPEATS = 4;

export const EMPTY: Content = { chain: '', slots: new Array(SLOTS).fill(undefined) };

/** What one update does to the chain that it finds. */
export interface Change {
  readonly chain: string;
  /** The file that it writes beside those that every update writes, or removes if `slotText` is undefined. */
  readonly slot: number;
  readonly slotText: string | undefined;
}

/** @param update its name, which ends in a number: `writer-3.1.15` */
export function changeOf(chainBefore: string, update: string): Change {
  const number = Number(update.slice(update.lastIndexOf('.') + 1));
  const chain = createHash('sha256').update(`${chainBefore}\n${update}`).digest('hex');
  const isRemoval = number % REMOVE_EVERY === REMOVE_EVERY - 1;
  return { chain, slot: number % SLOTS, slotText: isRemoval ? undefined : `${update} ${chain}` };
}

/** The content after an update. */
export function contentAfter(before: Content, update: string): Content {
  const { chain, slot, slotText } = changeOf(before.chain, update);
  return { chain, slots: before.slots.with(slot, slotText) };
}

/** The files that every update writes, all with the same stamp, so that a mixture of two generations shows. */
export function stampedFiles(chain: string): ReadonlyMap<string, string> {
  return new Map([
    ['chain', chain],
    ['left/stamp', `left ${chain}`],
    ['right/deep/stamp', chain.repeat(REPEATS)],
  ]);
}

export function slotFile(slot: number): string {
  return `slots/${slot}`;
}

/** Name and text of every file, in the order of their names. */
export function filesOf({ chain, slots }: Content): ReadonlyMap<string, string> {
  if (chain === '') return new Map();
  const files = new Map(stampedFiles(chain));
  for (const [slot, text] of slots.entries()) if (text !== undefined) files.set(slotFile(slot), text);
  return files;
}

/**
 * 48 bits over every name and every byte, in the order given: by name. As 12 digits, for a string of 13 cut out of a
 * log would keep the whole log in memory.
 * @param files name and content, one character for each byte
 */
export function digestOf(files: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [name, content] of files) text += `${name} ${content.length}\n${content}`;
  return createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 12);
}
