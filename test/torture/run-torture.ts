/** A torture from its first process to the referee's decision. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Durability } from '../../dist/store/index.js';
import { type Chance, chanceFrom } from './chance.js';
import type { TortureFigures } from './figures.js';
import { readFinalState } from './final-state.js';
import { roster } from './roster.js';
import { timedCheck } from './timed-check.js';
import { type Host, Troop } from './troop.js';

export interface TortureOptions {
  readonly seconds: number;
  readonly processes: number;
  readonly seed: number;
  readonly durability: Durability | 'mixed';
  /** An empty folder, for the store and the logs. */
  readonly folder: string;
  /** Where the store is, if not in the folder: as `SnapshotStore.open` takes it. */
  readonly location?: string;
  /** Where the processes run; default all here. What dies elsewhere can only be judged by its silence. */
  readonly hosts?: readonly Host[];
  /** Harms what the processes stand on while `isOn`, and leaves it whole. */
  readonly disturb?: (isOn: () => boolean) => Promise<void>;
  /** Codes of refusals that the place of the store explains. */
  readonly excusedCodes?: readonly string[];
  /** How long after a kill the next one comes, at most. Default 2,000. */
  readonly mostBetweenKillsMs?: number;
  /** Waited for when the last process has ended, before what is left is read. */
  readonly onEnded?: () => Promise<void>;
  /** Called about once a second, with one line. */
  readonly onProgress: (line: string) => void;
}

/** How long a process may take to end when it is told to. */
const PATIENCE_MS = 60_000;
/** Whoever follows takes a third of a second of processor time until it is at work. */
const MOST_BETWEEN_KILLS_MS = 2000;
/** Longer than others wait for a holder that gives no sign of life. */
const LONG_STOP_MS = 12_000;

export async function runTorture(options: TortureOptions): Promise<TortureFigures> {
  const { folder, processes, durability, seed, seconds, onProgress } = options;
  const [directory, logs] = [options.location ?? path.join(folder, 'store'), path.join(folder, 'logs')];
  fs.mkdirSync(logs);
  const chance = chanceFrom(seed);
  const hosts = options.hosts ?? [{ directory, under: [] }];
  const troop = new Troop({ hosts, logs, places: roster(processes, durability), chance });
  onProgress('everybody opens the store');
  await troop.start();
  const untilMs = performance.now() + seconds * 1000;
  const isOn = (): boolean => performance.now() < untilMs;
  await Promise.all([
    killWhile(isOn, troop, chance, options.mostBetweenKillsMs ?? MOST_BETWEEN_KILLS_MS),
    stopWhile(isOn, troop, chance),
    stopWhile(isOn, troop, chance),
    tellWhile(isOn, directory, troop, onProgress),
    options.disturb?.(isOn),
  ]);
  onProgress('everybody is told to end');
  await troop.end(PATIENCE_MS);
  await options.onEnded?.();
  onProgress('reading what is left');
  for (const line of await readFinalState(directory, { isFarAway: options.location !== undefined })) troop.note(line);
  onProgress('checking');
  const { kills, stops, starts } = troop;
  return {
    ...timedCheck(logs, { codes: options.excusedCodes ?? [], landsLate: options.location !== undefined }),
    kills,
    stops,
    starts,
  };
}

async function killWhile(isOn: () => boolean, troop: Troop, chance: Chance, mostBetweenMs: number): Promise<void> {
  while (isOn()) {
    await pause(chance.upTo(mostBetweenMs));
    troop.kill();
  }
}

async function stopWhile(isOn: () => boolean, troop: Troop, chance: Chance): Promise<void> {
  while (isOn()) {
    await pause(chance.upTo(200));
    await troop.stopFor(chance.onceIn(60) ? LONG_STOP_MS : chance.upTo(chance.onceIn(4) ? 1500 : 150));
  }
}

async function tellWhile(
  isOn: () => boolean,
  directory: string,
  troop: Troop,
  onProgress: (line: string) => void,
): Promise<void> {
  const startedMs = performance.now();
  while (isOn()) {
    await pause(1000);
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    onProgress(`${seconds} s: generation ${currentOf(directory)}, ${troop.kills} kills, ${troop.stops} stops`);
  }
}

function currentOf(directory: string): number {
  try {
    return Number(fs.readFileSync(path.join(directory, 'CURRENT'), 'latin1'));
  } catch {
    // Not there yet, or just being replaced: this is only for people to look at.
    return 0;
  }
}
