import type { Snapshot } from '../../../dist/store/index.js';
import { type Actor, readingOf } from './actor.js';

/** Reads the newest generation without end; now and then an older one, or checks the whole store. */
export async function read(actor: Actor): Promise<void> {
  const { chance } = actor;
  while (!actor.isEnding) {
    await actor.attempt('read', [], () => readNewest(actor));
    if (chance.onceIn(10)) await travel(actor);
    if (chance.onceIn(200)) await verify(actor);
    if (chance.onceIn(200)) await actor.reopen();
    await actor.pause(chance.onceIn(10) ? 100 : 10);
  }
}

async function readNewest(actor: Actor): ReturnType<typeof readingOf> {
  await using snapshot = await actor.store.snapshot();
  // What is read later is still of this generation, or says that it is gone.
  if (actor.chance.onceIn(10)) await actor.pause(50);
  return await readingOf(snapshot);
}

/** Opens a generation of the history; once it is open it must stay, however long it is read. */
async function travel(actor: Actor): Promise<void> {
  const { generations } = await actor.store.history();
  const generation = actor.chance.oneOf(generations)?.generation;
  if (generation === undefined) return;
  if (actor.task.isReadOnly) {
    // A store that may not write cannot pin either.
    await actor.attempt('travel', [generation], async () => readingOf(await actor.store.openGeneration(generation)));
    return;
  }
  let kept: Snapshot | undefined;
  await actor.attempt('travel', [generation], async () => {
    kept = await actor.store.openGeneration(generation);
    return { generation };
  });
  const opened = kept;
  if (opened === undefined) return;
  for (const pauseMs of [0, 200]) {
    await actor.pause(pauseMs);
    await actor.attempt('keep', [generation], () => readingOf(opened));
  }
  await opened.close();
}

async function verify(actor: Actor): Promise<void> {
  let problems: readonly string[] = [];
  const code = await actor.attempt('verify', [], async () => {
    problems = (await actor.store.verify()).problems.map(({ message }) => message);
    return { generation: problems.length };
  });
  for (const problem of code === undefined ? problems : []) actor.log.warn(`verify: ${problem}`);
}
