import { type Actor, readingOf } from './actor.js';

/** Names the newest generation, comes back to it later, and takes the name away again. */
export async function tag(actor: Actor): Promise<void> {
  const { chance, task } = actor;
  // What an earlier process in this place has left is taken over: a tag outlives whoever set it.
  for (const { name, generation } of await actor.store.tags()) {
    if (name.startsWith(`${task.slot}.`)) await leave(actor, name, generation);
  }
  while (!actor.isEnding) {
    await actor.pause(200);
    if ((await actor.store.snapshot()).generation === 0) continue;
    let tagged = 0;
    const name = actor.nextName;
    await actor.attempt('tag', [name], async () => {
      tagged = (await actor.store.tag(name)).generation;
      return { generation: tagged };
    });
    await actor.pause(1000);
    // Some stay until the end, or until somebody else comes to this place.
    if (tagged > 0 && !chance.onceIn(20)) await leave(actor, name, tagged);
  }
}

async function leave(actor: Actor, name: string, generation: number): Promise<void> {
  await actor.attempt('keep', [generation], async () => {
    await using snapshot = await actor.store.openGeneration(generation);
    return await readingOf(snapshot);
  });
  await actor.attempt('untag', [name], async () => {
    await actor.store.untag(name);
    return {};
  });
}
