import type { Keeper } from '../store/index.js';

/** What keeps a generation, as people read it: `tag v1`, `pin of pid 4711 (claude)`. */
export function keeperWords(keeper: Keeper): string {
  if (keeper.by === 'tag') return `tag ${keeper.name}`;
  if (keeper.by === 'pin') {
    if (keeper.process === undefined) return `pin of instance ${keeper.instance}`;
    const { pid, client } = keeper.process;
    return `pin of pid ${pid} (${client})`;
  }
  return WORDS[keeper.by];
}

const WORDS = {
  head: 'current',
  minimumAge: 'younger than minimum_age_seconds',
  keepGenerations: 'among the newest keep_generations',
  damage: 'damaged',
} as const;
