import type { Actor } from './actor.js';
import { resume } from './writer.js';

/** Goes back to older generations without end; sometimes holds the store there for a moment. */
export async function rollBack(actor: Actor): Promise<void> {
  const { chance } = actor;
  while (!actor.isEnding) {
    await actor.pause(600);
    const { generations } = await actor.store.history();
    const target = chance.oneOf(generations)?.generation;
    if (target === undefined) continue;
    const hold = chance.onceIn(4);
    await actor.attempt('rollback', [target, hold ? 'hold' : 'free'], async () => {
      const { generation, rebases } = await actor.store.rollback(target, { hold, reason: actor.task.process });
      return { generation, rebases };
    });
    if (hold) {
      await actor.pause(200);
      await resume(actor);
    }
    if (chance.onceIn(20)) await resume(actor);
  }
  // A hold must not outlast the one who asked for it.
  await resume(actor);
}
