import type { Retention } from '../../../dist/store/index.js';
import type { Actor } from './actor.js';

/** Collects without end, and leaves next to nothing. */
export async function collect(actor: Actor): Promise<void> {
  const { chance } = actor;
  while (!actor.isEnding) {
    await actor.attempt('collect', [], async () => {
      const { retired } = await actor.store.collect(retention(actor));
      return { generation: retired.at(-1) ?? 0 };
    });
    await actor.pause(chance.onceIn(10) ? 1000 : 100);
  }
}

function retention({ chance }: Actor): Retention {
  const keepGenerations = chance.onceIn(2) ? 1 : 1 + Math.floor(chance.upTo(5));
  const minimumAgeMs = chance.onceIn(4) ? 50 : 0;
  return chance.onceIn(5)
    ? { keepGenerations: 20, minimumAgeMs, maximumTotalBytes: 20_000 }
    : { keepGenerations, minimumAgeMs };
}
