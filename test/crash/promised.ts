/** What a store owes to whoever opens it after a crash. */
import { type Hash, hashText, mixHash, SEEDS } from './hashing.js';

/** The files of a generation: text by name. */
export type Files = ReadonlyMap<string, string>;

export interface Promised {
  /** Whether any writer was `deferred`: then what was not flushed may be damaged, and says so. */
  readonly isDeferred: boolean;
  /** The newest generation that was acknowledged as durable; 0 if none was. Nothing older may be shown. */
  readonly acknowledged: number;
  /** Every generation claimed so far. */
  readonly claimed: ReadonlyMap<number, Files>;
  /** Generations that a collector has begun to retire. */
  readonly retired: ReadonlySet<number>;
  /** Those of them whose retirement is not on the disk yet. */
  readonly retiring: ReadonlySet<number>;
  /** Tags that were set, by name. `perhaps` while a call that sets or removes one is under way. */
  readonly tags: ReadonlyMap<string, { readonly generation: number; readonly isPerhaps: boolean }>;
}

export const NOTHING_PROMISED: Promised = {
  isDeferred: false,
  acknowledged: 0,
  claimed: new Map(),
  retired: new Set(),
  retiring: new Set(),
  tags: new Map(),
};

const hashes = new WeakMap<Promised, Hash>();

/** Tells promises apart: a disk is looked at once for each. */
export function hashOfPromised(promised: Promised): Hash {
  const known = hashes.get(promised);
  if (known !== undefined) return known;
  const { isDeferred, acknowledged, claimed, retired, retiring, tags } = promised;
  const parts = [
    `${isDeferred} ${acknowledged}`,
    [...retired].sort().join(),
    [...retiring].sort().join(),
    ...[...claimed.keys()].map(String),
  ];
  for (const files of claimed.values()) for (const [name, text] of files) parts.push(`${name}=${text}`);
  for (const [name, { generation, isPerhaps }] of tags) parts.push(`${name} ${generation} ${isPerhaps}`);
  const hash = parts.reduce((before, part) => mixHash(before, hashText(part)), SEEDS);
  hashes.set(promised, hash);
  return hash;
}

/** As one line, for people. */
export function describePromised({ isDeferred, acknowledged, claimed, retired, retiring, tags }: Promised): string {
  const named = [...tags].map(([name, tag]) => `${name} on ${tag.generation}${tag.isPerhaps ? ' (under way)' : ''}`);
  return [
    isDeferred ? 'deferred' : 'durable',
    `generation ${acknowledged} acknowledged`,
    `claimed: ${[...claimed.keys()].join(', ') || 'none'}`,
    `retired: ${[...retired].join(', ') || 'none'}`,
    `of these not durably: ${[...retiring].join(', ') || 'none'}`,
    `tags: ${named.join(', ') || 'none'}`,
  ].join('; ');
}
