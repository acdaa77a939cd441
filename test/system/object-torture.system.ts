/** The torture on a real object store: two machines, whose cables are pulled, and a gateway that is killed. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chanceFrom } from '../crash/chance.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { type Chance, chanceFrom as chancesFrom } from '../torture/chance.js';
import { compileTorture } from '../torture/compile-torture.js';
import { tableOf } from '../torture/figures.js';
import { runTorture } from '../torture/run-torture.js';
import { FaultProxy } from './fault-proxy.js';
import { GATEWAY_NEEDS, GATEWAY_PATIENCE_MS, Gateway, requireGateway } from './gateway.js';
import { findMissing } from './machine.js';
import { NETWORK_NEEDS, type NetworkedHost, TwoNetworks } from './two-networks.js';

const NEEDS = {
  ...GATEWAY_NEEDS,
  ...NETWORK_NEEDS,
  commands: [...(GATEWAY_NEEDS.commands ?? []), ...(NETWORK_NEEDS.commands ?? [])],
};
const BUCKET = 'torture';
const SECONDS = process.env.SNAPDEX_FULL === '1' ? 600 : 60;
const SEED = Number(process.env.SNAPDEX_SEED ?? Date.now() % 2 ** 31);
/** From the start, or the end of the last harm, to the next. Two of the longest fit into the shortest torture. */
const SHORTEST_PEACE_MS = 5_000;
const LONGEST_PEACE_MS = 25_000;
/** Less than after what others take a machine for dead. */
const LONGEST_PARTITION_MS = 15_000;
const LONGEST_OUTAGE_MS = 5_000;
/** Of so many requests each fate befalls about fifteen. */
const MANY_REQUESTS = 3_000;
let gateway: Gateway;

test('two networks and an object gateway can be made here', (context) => requireGateway(context, NEEDS));

describe.runIf(findMissing(NEEDS) === undefined)('on two machines', () => {
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.makeBucket(BUCKET);
  }, GATEWAY_PATIENCE_MS);
  afterAll(() => gateway?.stop());

  test('eight processes make one history, whatever becomes of them, of the cables and of the gateway', async (context) => {
    compileTorture();
    const folder = makeTemporaryFolder();
    const proxy = await FaultProxy.start(gateway.endpoint, chanceFrom(SEED), path.join(folder, 'network'));
    await using networks = await TwoNetworks.make(proxy.endpoint);
    const harm = new Harm(networks.hosts, chancesFrom(SEED));
    const hosts = networks.hosts.map(({ under, endpoint }, index) => ({
      under,
      directory: locationFrom(endpoint, path.join(folder, `cache-${index}`)),
    }));
    const result = await runTorture({
      seconds: SECONDS,
      processes: 8,
      seed: SEED,
      durability: 'mixed',
      folder,
      location: locationFrom(gateway.endpoint, path.join(folder, 'cache')),
      hosts,
      mostBetweenKillsMs: 15_000,
      // Whoever asks while nobody can be reached may be told so.
      excusedCodes: ['IO_FAILED'],
      disturb: (isOn) => harm.doWhile(isOn),
      onEnded: () => proxy.calmDown(),
      onProgress: () => {},
    });
    console.info(`SNAPDEX_SEED=${SEED}\n${tableOf(result)}`);
    expect(result.verdict.violations, `logs in ${folder}`).toEqual([]);
    expect(result.verdict.figures.commits).toBeGreaterThan(0);
    // Nothing was tried of what did not happen.
    expect(Math.min(result.kills, harm.outages, harm.partitions)).toBeGreaterThan(0);
    expect(Math.max(...proxy.befallen.values())).toBeGreaterThan(0);
    if (proxy.requests > MANY_REQUESTS) expect(Math.min(...proxy.befallen.values())).toBeGreaterThan(0);
    await proxy.stop();
    const faults = [...proxy.befallen].map(([fate, count]) => `${count} ${fate}`).join(', ');
    const { commits } = result.verdict.figures;
    const harmed = `${harm.outages} gateways killed, ${harm.partitions} cables pulled`;
    await context.annotate(
      `${commits} commits, ${result.kills} kills, ${harmed}, ${proxy.requests} requests, of them ${faults}; seed ${SEED}`,
    );
    fs.rmSync(folder, { recursive: true });
  }, 1_800_000);
});

/** What happens to the network and to the gateway. */
class Harm {
  outages = 0;
  partitions = 0;
  readonly #hosts: readonly NetworkedHost[];
  readonly #chance: Chance;

  constructor(hosts: readonly NetworkedHost[], chance: Chance) {
    this.#hosts = hosts;
    this.#chance = chance;
  }

  async doWhile(isOn: () => boolean): Promise<void> {
    await Promise.all([this.#killGateways(isOn), this.#pullCables(isOn)]);
  }

  #peaceMs(): number {
    return SHORTEST_PEACE_MS + this.#chance.upTo(LONGEST_PEACE_MS - SHORTEST_PEACE_MS);
  }

  async #killGateways(isOn: () => boolean): Promise<void> {
    for (;;) {
      await pause(this.#peaceMs());
      if (!isOn()) return;
      await gateway.killFront();
      this.outages += 1;
      await pause(this.#chance.upTo(LONGEST_OUTAGE_MS));
      await gateway.startFront();
    }
  }

  async #pullCables(isOn: () => boolean): Promise<void> {
    for (;;) {
      await pause(this.#peaceMs());
      if (!isOn()) return;
      const host = this.#chance.oneOf(this.#hosts);
      host?.setConnected(false);
      this.partitions += 1;
      await pause(this.#chance.upTo(LONGEST_PARTITION_MS));
      host?.setConnected(true);
    }
  }
}

function locationFrom(endpoint: string, cache: string): string {
  return `s3://${BUCKET}/store?${new URLSearchParams({ endpoint, cache })}`;
}
