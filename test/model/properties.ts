/** What must hold: in every state, over every step, and once everything is over. */
import { Pinning } from './client-actor.js';
import { CollectorStep, findsToClear, takeCollectorSteps } from './collector-steps.js';
import type { Moves } from './moves.js';
import { Client, Collecting, Field, State } from './state.js';

/** What is wrong with coming from `before` to `after`, and, if it is new, with `after` itself. */
export function findProblem(moves: Moves, before: State, after: State, isNew: boolean): string | undefined {
  const head = after.highest();
  if (head < before.highest()) return `the head goes back from ${before.highest()} to ${head}`;
  if (!isNew) return undefined;
  const manifest = moves.manifests.get(after.manifest(head));
  if (after.has(Field.retired, head)) return `the head ${head} is retired`;
  if (!moves.isComplete(after, after.manifest(head))) return `the head ${head} lacks files that it names`;
  if (manifest.isDoubled) return `the head ${head} holds a change twice`;
  if ((after.get(Field.acknowledged) & ~manifest.history) !== 0)
    return `an acknowledged change is lost: ${head} lacks it`;
  if ((after.get(Field.refused) & manifest.history) !== 0) return `a change that was refused is in the head ${head}`;
  if (after.get(Field.current) > head) return `CURRENT names ${after.get(Field.current)}, which nobody has claimed`;
  return findBrokenPromise(moves, after);
}

/** What is tagged, or pinned by somebody who has checked it, is there as a whole. */
function findBrokenPromise(moves: Moves, state: State): string | undefined {
  const tagged = state.get(Field.tagged);
  if (tagged !== 0 && wasCommitted(moves, state, tagged)) {
    const tag = state.get(Field.tag);
    if (state.manifest(tag) !== tagged) return `the tagged generation ${tag} is gone`;
    if (!moves.isComplete(state, tagged)) return `the tagged generation ${tag} lacks files`;
  }
  for (let client = 0; client < moves.configuration.clients.length; client++) {
    const target = state.client(client, Client.target);
    const step = state.client(client, Client.step);
    const isRelying = step === Pinning.reading || step === Pinning.tagged || step < Pinning.look;
    if (target === 0 || !isRelying || state.client(client, Client.pin) === 0) continue;
    if (!wasCommitted(moves, state, target)) continue;
    if (!moves.isComplete(state, target))
      return `generation ${moves.manifests.get(target).generation} lacks files and is pinned`;
  }
  return undefined;
}

/** False for a dead number whose writer is gone: it promised nothing, and is compared before anybody stands on it. */
function wasCommitted(moves: Moves, state: State, manifest: number): boolean {
  const { change } = moves.manifests.get(manifest);
  const { history } = moves.manifests.get(state.manifest(state.highest()));
  return change === 0 || ((history >> change) & 1) === 1;
}

/** True if every client is through, dead, or can do nothing, and every collector is idle or dead. */
export function isAtRest(moves: Moves, state: State): boolean {
  const { clients, collectors } = moves.configuration;
  for (let client = 0; client < clients.length; client++) {
    const isThrough = state.client(client, Client.done) >= (clients[client]?.length ?? 0);
    if (!isThrough && !state.has(Field.dead, client)) return false;
  }
  for (let collector = 0; collector < collectors; collector++) {
    const step = state.collector(collector, Collecting.step);
    if (step !== CollectorStep.idle && step !== CollectorStep.dead) return false;
  }
  return true;
}

/** What is left, after one collector ran undisturbed, that nothing reaches. */
export function findLeftover(moves: Moves, rest: State): string | undefined {
  const { clients, collectors } = moves.configuration;
  if (collectors === 0) return undefined;
  const end = collectUndisturbed(moves, rest);
  const kept = [end.highest(), end.get(Field.tag)].filter((generation) => generation > 0);
  for (let client = 0; client < clients.length; client++) {
    if (!end.has(Field.dead, client)) continue;
    if (end.client(client, Client.draft) !== 0) return `the draft of a dead client stays`;
    if (end.client(client, Client.pin) !== 0) return `the pin of a dead client stays`;
    if (end.has(Field.registered, client)) return `the record of a dead client stays`;
  }
  const reachable = kept.reduce((mask, number) => mask | moves.manifests.get(end.manifest(number)).owners, 0);
  for (let generation = 1; generation <= end.layout.highest; generation++) {
    if (end.manifest(generation) === 0 || kept.includes(generation)) continue;
    const isReachable = (reachable >> generation) & 1;
    if (!isReachable) return `generation ${generation} stays, and nothing reaches it`;
  }
  return (end.get(Field.files) & ~reachable) === 0 ? undefined : 'a file stays that nothing reaches';
}

/** What one new collector leaves: first it clears up after the dead, then it collects. */
function collectUndisturbed(moves: Moves, rest: State): State {
  const state = new State(moves.layout).become(rest);
  const { now } = moves;
  for (const field of Object.values(Collecting)) state.setCollector(0, field, 0);
  // What it may do by mistake it does not do.
  state.set(Field.mistakes, 0);
  const isForgetful = moves.hasBug('forget-the-dead');
  const clients = [...moves.configuration.clients.keys()];
  while (!isForgetful && clients.some((client) => findsToClear(moves, state, client))) goOnUntilIdle(moves, state);
  goOnUntilIdle(moves, state);
  moves.now = now;
  return state;
}

function goOnUntilIdle(moves: Moves, state: State): void {
  const following = new State(moves.layout);
  do {
    let isFound = false;
    moves.begin(state, (next) => {
      if (!isFound) following.become(next);
      isFound = true;
    });
    takeCollectorSteps(moves, 0);
    state.become(following);
  } while (state.collector(0, Collecting.step) !== CollectorStep.idle);
}
