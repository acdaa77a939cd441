import type { Draft, Snapshot } from '../../../dist/store/index.js';
import { changeOf, slotFile, stampedFiles } from '../content.js';
import type { Acknowledgement } from '../operation-log.js';
import { type Actor, digestOfSnapshot } from './actor.js';

/** Updates without end; now and then waits for the disk, or leaves and comes back. */
export async function write(actor: Actor): Promise<void> {
  const { chance } = actor;
  let refusals = 0;
  while (!actor.isEnding) {
    const name = actor.nextName;
    const code = await actor.attempt('update', [], () => update(actor, name));
    refusals = code === 'STORE_HELD' ? refusals + 1 : 0;
    // Whoever asked for the hold may have been killed since.
    if (refusals > 20) await resume(actor);
    if (code !== undefined) await actor.pause(100);
    if (chance.onceIn(10)) await flush(actor);
    if (chance.onceIn(200)) await actor.reopen();
    await actor.pause(chance.onceIn(10) ? 100 : 4);
  }
}

export async function resume(actor: Actor): Promise<void> {
  await actor.attempt('resume', [], async () => {
    const { generation, isNew, rebases } = await actor.store.resume();
    return { generation, baseGeneration: isNew ? 0 : generation, rebases };
  });
}

async function flush(actor: Actor): Promise<void> {
  await actor.attempt('flush', [], async () => {
    await actor.store.flush();
    return {};
  });
}

async function update(actor: Actor, name: string): Promise<Acknowledgement> {
  let found = { baseGeneration: 0, digest: '' };
  const { generation, rebases } = await actor.store.update(async (draft, base) => {
    found = { baseGeneration: base.generation, digest: await digestOfSnapshot(base) };
    await change(draft, base, name);
    // Some changes take so long that others win the race, also those that have the lock.
    if (actor.chance.onceIn(20)) await actor.pause(50);
  });
  return { generation, rebases, ...found };
}

async function change(draft: Draft, base: Snapshot, name: string): Promise<void> {
  const chainBefore = base.files.has('chain') ? Buffer.from(await base.read('chain')).toString() : '';
  const { chain, slot, slotText } = changeOf(chainBefore, name);
  for (const [file, text] of stampedFiles(chain)) draft.write(file, Buffer.from(text));
  if (slotText === undefined) draft.remove(slotFile(slot));
  else draft.write(slotFile(slot), Buffer.from(slotText));
  draft.explain(name);
}
