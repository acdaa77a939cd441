// One process of the torture. Its task is its only parameter; it works until it is told to end, or is killed.
import { setTimeout as pause } from 'node:timers/promises';
import { isStoreError } from '../../../dist/store/index.js';
import { Actor } from './actor.js';
import { collect } from './collector.js';
import { read } from './reader.js';
import { rollBack } from './rollback.js';
import { tag } from './tagger.js';
import { type Role, taskSchema } from './task.js';
import { write } from './writer.js';

const PAUSE_MS = 200;

const WORK: Readonly<Record<Role, (actor: Actor) => Promise<void>>> = {
  writer: write,
  reader: read,
  rollback: rollBack,
  tagger: tag,
  collector: collect,
};

const actor = new Actor(taskSchema.parse(JSON.parse(process.argv[2] ?? '')));
process.on('SIGTERM', () => {
  actor.isEnding = true;
});
// Nobody works on without a referee.
process.on('disconnect', () => process.exit(1));
await actor.reopen();
process.send?.('ready');
while (!actor.isEnding) await unlessOutOfReach(() => WORK[actor.task.role](actor));
await actor.close();
process.exit(0);

/** What is done between two operations may find nobody to ask; the log says what became of operations. */
async function unlessOutOfReach(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStoreError(error, 'IO_FAILED')) throw error;
    await pause(PAUSE_MS);
  }
}
