/** Who keeps a generation from being collected. */
import type { Environment } from './environment.js';
import { readInstance } from './instances.js';
import { pinOwner, readPins } from './pins.js';
import { judgeProcess } from './process-identity.js';
import type { Storage } from './storage.js';
import { readTags } from './tags.js';

/** A process that reads a generation and has pinned it. */
export interface PinHolder {
  readonly by: 'pin';
  /** The open store that set the pin. */
  readonly instance: string;
  /** Who that is; `undefined` if its record is gone or cannot be understood. */
  readonly process: { readonly pid: number; readonly host: string; readonly client: string } | undefined;
}

/**
 * What keeps a generation: it is the `head`, which readers are given; a tag; a pin; it was superseded less than
 * `minimumAge` ago; it is one of the newest `keepGenerations`; or it is damaged, which is for a person to look at.
 */
export type Keeper =
  | { readonly by: 'head' | 'minimumAge' | 'keepGenerations' | 'damage' }
  | { readonly by: 'tag'; readonly name: string }
  | PinHolder;

/** The tags and pins on each generation. Pins of processes that have ended keep nothing. */
export async function readKeepers(
  storage: Storage,
  environment: Environment,
): Promise<ReadonlyMap<number, readonly Keeper[]>> {
  const keepers = new Map<number, Keeper[]>();
  const add = (generation: number, keeper: Keeper): void => {
    keepers.set(generation, [...(keepers.get(generation) ?? []), keeper]);
  };
  for (const { id, generation } of await readPins(storage)) {
    const holder = await findPinHolder(storage, environment, id);
    if (holder !== undefined) add(generation, holder);
  }
  for (const { generation, name } of await readTags(storage)) add(generation, { by: 'tag', name });
  return keepers;
}

async function findPinHolder(storage: Storage, environment: Environment, pin: string): Promise<PinHolder | undefined> {
  const instance = pinOwner(pin) ?? '';
  const found = await readInstance(storage, instance);
  if (found === undefined) return { by: 'pin', instance, process: undefined };
  const identity = found === 'lost' ? found : found.identity;
  if (found === 'lost' || judgeProcess(identity, environment.identity()) === 'dead') return undefined;
  const { pid, host } = found.identity;
  return { by: 'pin', instance, process: { pid, host, client: found.client } };
}
