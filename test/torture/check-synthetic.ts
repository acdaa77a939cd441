/** How long the checker takes: logs of a store that does nothing wrong, written and checked. */
import fs from 'node:fs';
import path from 'node:path';
import { type Chance, chanceFrom } from './chance.js';
import type { TortureFigures } from './figures.js';
import { LOG_SUFFIX, REFEREE_LOG } from './read-logs.js';
import { SyntheticHistory } from './synthetic-history.js';
import { timedCheck } from './timed-check.js';

const PROCESSES = 32;

/** Files that lines are added to, each in large pieces. */
class Logs {
  readonly #folder: string;
  readonly #waiting = new Map<string, string[]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(log: string, line: string): void {
    const lines = this.#waiting.get(log) ?? [];
    this.#waiting.set(log, lines);
    lines.push(line);
    if (lines.length >= 10_000) this.#write(log, lines.splice(0));
  }

  end(): void {
    for (const [log, lines] of this.#waiting) this.#write(log, lines);
  }

  #write(log: string, lines: readonly string[]): void {
    const name = log === REFEREE_LOG ? log : `${log}${LOG_SUFFIX}`;
    fs.appendFileSync(path.join(this.#folder, name), lines.map((line) => `${line}\n`).join(''));
  }
}

/** Writes logs of so many commits, and as many reads, into an empty folder; answers what checking them came to. */
export function checkSynthetic(options: {
  readonly commits: number;
  readonly seed: number;
  readonly folder: string;
}): TortureFigures {
  const chance = chanceFrom(options.seed);
  const logs = new Logs(options.folder);
  const history = new SyntheticHistory((log, line) => logs.add(log, line));
  let kills = 0;
  while (history.head < options.commits) {
    kills += step(history, chance, kills);
    history.read(`reader-${Math.floor(chance.upTo(PROCESSES))}.0`);
  }
  history.end();
  logs.end();
  return { ...timedCheck(options.folder), kills, stops: 0, starts: 2 * PROCESSES + kills };
}

/** One commit more, or a killed one that is there or not; answers how many were killed. */
function step(history: SyntheticHistory, chance: Chance, kills: number): number {
  const { head } = history;
  if (chance.onceIn(500)) {
    const process = `killed.${kills}`;
    const name = history.begin(process, 'update');
    if (chance.onceIn(2)) history.commit(name);
    history.kill(process);
    return 1;
  }
  const process = `writer-${Math.floor(chance.upTo(PROCESSES))}.0`;
  if (head > 0 && chance.onceIn(50)) history.rollback(process, Math.max(1, head - Math.floor(chance.upTo(20))));
  else history.update(process);
  return 0;
}
