/** What happens to everybody at any step: death, and an instance that is registered anew while it commits. */
import { CollectorStep } from './collector-steps.js';
import type { Moves } from './moves.js';
import { Client, Collecting, Field } from './state.js';

/** Takes every disturbance that is possible now. Pauses need no step: nobody has to do anything at any time. */
export function takeDisturbances(moves: Moves): void {
  const { configuration, now } = moves;
  const crashes = now.get(Field.crashes);
  for (let client = 0; client < configuration.clients.length; client++) {
    const isIdle = now.client(client, Client.step) === 0;
    if (now.has(Field.dead, client) || isIdle) continue;
    if (crashes > 0) crash(moves, client);
    if (configuration.revives && !now.has(Field.registered, client)) {
      const next = moves.fork();
      next.add(Field.registered, client);
      next.setClient(client, Client.renamed, 1);
      moves.take(`w${client + 1}`, 'revive: registers under a new id');
    }
  }
  for (let collector = 0; collector < configuration.collectors && crashes > 0; collector++) {
    const step = now.collector(collector, Collecting.step);
    if (step === CollectorStep.idle || step === CollectorStep.dead) continue;
    const next = moves.fork();
    next.set(Field.crashes, crashes - 1);
    for (const field of Object.values(Collecting)) next.setCollector(collector, field, 0);
    next.setCollector(collector, Collecting.step, CollectorStep.dead);
    moves.take(`c${collector + 1}`, 'crash');
  }
}

/** Its draft, its pin, its record and the lock that it holds stay behind. */
function crash(moves: Moves, client: number): void {
  const next = moves.fork();
  next.set(Field.crashes, next.get(Field.crashes) - 1);
  next.add(Field.dead, client);
  const kept: readonly number[] = [Client.draft, Client.pin, Client.done];
  for (const field of Object.values(Client)) if (!kept.includes(field)) next.setClient(client, field, 0);
  moves.take(`w${client + 1}`, 'crash');
}
