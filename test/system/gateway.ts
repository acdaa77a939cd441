/** A real object store on this machine: Ceph's gateway above one monitor and one disk in memory, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { TestContext } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { execute, findMissing, type Needs, requireMachine } from './machine.js';

/** What the gateway is made of. */
export const GATEWAY_NEEDS: Needs = {
  commands: ['setpriv', 'monmaptool', 'ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin'],
};

/** Skips the test where something that a gateway needs is missing; fails it where SNAPDEX_GATEWAY=required. */
export function requireGateway(context: TestContext, needs: Needs = GATEWAY_NEEDS): void {
  const missing = findMissing(needs);
  if (missing !== undefined && process.env.SNAPDEX_GATEWAY === 'required') throw new Error(missing);
  requireMachine(context, needs);
}

/** How long the three take to start on a machine that does other things too. Milliseconds. */
export const GATEWAY_PATIENCE_MS = 600_000;

const KEYS = { AWS_ACCESS_KEY_ID: 'snapdex', AWS_SECRET_ACCESS_KEY: 'snapdex-secret', AWS_REGION: 'us-east-1' };
const AS_ROOT = ['--setuser', 'root', '--setgroup', 'root'];

export class Gateway {
  readonly endpoint: string;
  readonly folder: string;
  readonly #configuration: string;
  #daemons: readonly ChildProcess[] = [];
  #front: ChildProcess | undefined;

  /** Starts it, and lets this process and its children sign as its user. */
  static async start(): Promise<Gateway> {
    const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
    const gateway = new Gateway(makeTemporaryFolder(), monitorPort, gatewayPort);
    await gateway.#startBelow(monitorPort);
    await gateway.startFront();
    Object.assign(process.env, KEYS);
    return gateway;
  }

  private constructor(folder: string, monitorPort: number, gatewayPort: number) {
    this.folder = folder;
    this.endpoint = `http://127.0.0.1:${gatewayPort}`;
    for (const name of ['log', 'monitor', 'disk', 'front']) fs.mkdirSync(path.join(folder, name));
    this.#configuration = path.join(folder, 'ceph.conf');
    fs.writeFileSync(this.#configuration, configurationOf(folder, monitorPort, gatewayPort));
  }

  /** Makes a bucket. */
  async makeBucket(name: string, options: { readonly isVersioned: boolean } = { isVersioned: false }): Promise<void> {
    const client = new S3Client({ endpoint: this.endpoint, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    if (options.isVersioned) {
      const versioning = { Bucket: name, VersioningConfiguration: { Status: 'Enabled' } } as const;
      await client.send(new PutBucketVersioningCommand(versioning));
    }
    client.destroy();
  }

  /** The URL of a store in a bucket, whose files are cached in `cache`. */
  locationOf(bucket: string, prefix: string, cache: string = path.join(this.folder, 'cache')): string {
    return `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint: this.endpoint, cache })}`;
  }

  /** Starts what clients talk to, anew after `killFront`. */
  async startFront(): Promise<void> {
    this.#front = this.#run('radosgw', ['-n', 'client.rgw.a']);
    await isListening(Number(new URL(this.endpoint).port));
  }

  /** Ends what clients talk to, in the middle of whatever it does. */
  async killFront(): Promise<void> {
    await end(this.#front);
  }

  async stop(): Promise<void> {
    for (const daemon of [this.#front, ...this.#daemons]) await end(daemon);
    fs.rmSync(this.folder, { recursive: true });
  }

  async #startBelow(monitorPort: number): Promise<void> {
    const map = path.join(this.folder, 'monmap');
    const address = `[v2:127.0.0.1:${monitorPort}]`;
    const id = fs.readFileSync(this.#configuration, 'utf8').match(/^fsid = (.*)$/m)?.[1] ?? '';
    const mapOptions = ['--create', '--clobber', '--fsid', id, '--set-min-mon-release', 'pacific'];
    execute('monmaptool', ...mapOptions, '--addv', 'a', address, map);
    execute('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map, '-c', this.#configuration, ...AS_ROOT);
    const monitor = this.#run('ceph-mon', ['-i', 'a']);
    this.#daemons = [monitor];
    const diskId = randomUUID();
    execute('ceph', '-c', this.#configuration, '--connect-timeout', '120', 'osd', 'new', diskId);
    execute('ceph-osd', '-i', '0', '-c', this.#configuration, '--mkfs', '--osd-uuid', diskId, ...AS_ROOT);
    this.#daemons = [monitor, this.#run('ceph-osd', ['-i', '0'])];
    while (!/^osd\.0 up/m.test(execute('ceph', '-c', this.#configuration, 'osd', 'dump'))) await pause(200);
    const keys = ['--access-key', KEYS.AWS_ACCESS_KEY_ID, '--secret-key', KEYS.AWS_SECRET_ACCESS_KEY];
    const user = ['user', 'create', '--uid=snapdex', '--display-name=snapdex', ...keys];
    execute('radosgw-admin', '-c', this.#configuration, '-n', 'client.rgw.a', ...user);
  }

  #run(command: string, parameters: readonly string[]): ChildProcess {
    const all = ['-f', '-c', this.#configuration, ...parameters, ...AS_ROOT];
    // However this process ends, nothing of the gateway outlives it.
    const ending = ['--pdeathsig', 'KILL', '--', command, ...all];
    return spawn('setpriv', ending, { stdio: 'ignore', env: { ...process.env, CEPH_CONF: this.#configuration } });
  }
}

async function end(daemon: ChildProcess | undefined): Promise<void> {
  if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('a port was asked for');
  return address.port;
}

async function isListening(port: number): Promise<void> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await pause(200);
  }
}

/** One copy of everything, no authentication between the daemons, small pools. */
function configurationOf(folder: string, monitorPort: number, gatewayPort: number): string {
  return `[global]
fsid = ${randomUUID()}
mon host = v2:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind msgr1 = false
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon warn on pool no redundancy = false
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
mon osd full ratio = .97
mon osd backfillfull ratio = .96
mon osd nearfull ratio = .95
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/log/$name.log
crash dir = ${folder}/log
debug none = 0
[mon]
paxos propose interval = 0.05
paxos min wait = 0.01
mon data = ${folder}/monitor
[osd]
osd data = ${folder}/disk
osd objectstore = memstore
osd op num shards = 2
osd scrub load threshold = 0
osd numa auto affinity = false
memstore device bytes = 4294967296
[client.rgw.a]
rgw data = ${folder}/front
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw thread pool size = 32
rgw rados pool pg num min = 1
rgw override bucket index max shards = 1
ms mon client mode = crc
`;
}
