/** One index in a bucket for several machines: each has documents and a cache of its own, and speaks to a real gateway. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { json } from '../cli/temporary-project.js';
import { documentPaths, OWN_DOCUMENTS } from '../end-to-end/corpus-project.js';
import { type RunningServer, startServer } from '../end-to-end/running-server.js';
import { makeTemporaryFolder } from '../store/with-store.js';
import { CountingProxy } from './counting-proxy.js';
import { FaultProxy } from './fault-proxy.js';
import { GATEWAY_NEEDS, GATEWAY_PATIENCE_MS, Gateway, requireGateway } from './gateway.js';
import { findMissing } from './machine.js';
import { NETWORK_NEEDS, type NetworkedHost, TwoNetworks } from './two-networks.js';

const BUCKET = 'shared-index';
/** Long enough for a machine that does other things too, and no longer than that the test ends. */
const PATIENCE_MS = 300_000;
const READERS = 3;
/** How often two machines may try: this one may do other things just then. */
const TRIES = 5;
/** Machines look so often for what others committed. */
const SOON_MS = 2_000;
const isHere = findMissing(GATEWAY_NEEDS) === undefined;
let gateway: Gateway;
let indexes = 0;

test('an object gateway can be started here', (context) => requireGateway(context));

describe.runIf(isHere)('an index in a bucket', () => {
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.makeBucket(BUCKET);
  }, GATEWAY_PATIENCE_MS);
  afterAll(() => gateway?.stop());

  test(
    'an edit that one of two machines indexes is answered by the other within two seconds',
    async (context) => {
      await using places = await Places.make();
      const prefix = `index-${indexes++}`;
      const [one, other] = [await startMachine(prefix, places.first), await startMachine(prefix, places.second)];
      const waitsMs: number[] = [];
      for (let attempt = 0; attempt < TRIES && !waitsMs.some(isSoon); attempt += 1) {
        waitsMs.push(await waitAfterEdit(one, other, `quicksilver${attempt}`));
        waitsMs.push(await waitAfterEdit(other, one, `sulphur${attempt}`));
      }
      await context.annotate(
        `${places.description}: answered by the other ${waitsMs.map(inMs).join(', ')} after it was indexed`,
      );
      if (places.areApart) expect(waitsMs.filter(isSoon), waitsMs.map(inMs).join(', ')).not.toEqual([]);
      const generations = [one, other].map(async ({ server }) => (await server.call('index_status')).generation);
      expect(new Set(await Promise.all(generations)).size).toBe(1);
      for (const { server } of [one, other]) expect(await server.end()).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    'what one machine builds is served by machines that only read, which download what they do not have',
    async (context) => {
      const prefix = `index-${indexes++}`;
      const builder = await makeBuilder(prefix);
      const readers = await Promise.all(Array.from({ length: READERS }, () => startReader(prefix)));
      for (const { server } of readers) await untilFound(server, 'lighthouse', 'README.md');
      const [built, ...others] = readers.map(({ proxy }) => proxy.files());
      if (built === undefined) throw new Error('nobody reads');
      for (const other of others) expect(other).toEqual(built);

      // Whoever has a client looks by itself too, so the files may come before the question.
      fs.writeFileSync(path.join(builder.folder, 'new.md'), '# New\n\nAbout quicksilver.\n');
      await builder.run('index');
      for (const { server, proxy } of readers) {
        await untilFound(server, 'quicksilver', 'new.md');
        const { names, bytes } = proxy.files();
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBeGreaterThan(built.names.length);
        expect(bytes - built.bytes).toBeLessThan(built.bytes / 4);
      }
      const [reader] = readers;
      const changed = (reader?.proxy.files().bytes ?? 0) - built.bytes;
      await context.annotate(`${READERS} machines downloaded ${built.bytes} bytes of files each, then ${changed}`);

      await builder.run('rollback', '1', '--yes');
      for (const { server } of readers) {
        const status = await server.call('index_status');
        expect(status).toMatchObject({ hold: { rolledBackTo: 1 } });
        expect(await pathsOf(server, 'quicksilver')).not.toContain('new.md');
      }
      for (const { server } of readers) expect(await server.end()).toBe(0);
      const again = await startReader(prefix, reader?.cache);
      await untilFound(again.server, 'lighthouse', 'README.md');
      expect(again.proxy.files().names).toEqual([]);
      expect(await again.server.end()).toBe(0);
      // Whoever only reads leaves no trace.
      for (const { proxy } of readers) expect([...proxy.requests.keys()].sort()).toEqual(['GET', 'LIST']);
    },
    PATIENCE_MS,
  );
});

/** Where a machine stands: what runs a program there, and where the gateway is found from there. */
type Place = Pick<NetworkedHost, 'under' | 'endpoint'>;

interface Machine {
  readonly folder: string;
  readonly server: RunningServer;
}

/** Where two machines stand: on two networks where such can be made, else on this host. */
class Places implements AsyncDisposable {
  readonly areApart: boolean;
  readonly description: string;
  readonly first: Place;
  readonly second: Place;
  readonly #end: () => Promise<void>;

  static async make(): Promise<Places> {
    const missing = findMissing(NETWORK_NEEDS);
    const here = { under: [], endpoint: gateway.endpoint };
    if (missing !== undefined) return new Places(`on one host (${missing})`, [here, here], async () => {});
    const proxy = await FaultProxy.start(gateway.endpoint, () => 1, path.join(temporaryFolder(), 'network'));
    const networks = await TwoNetworks.make(proxy.endpoint);
    return new Places('on two hosts', networks.hosts, async () => {
      await networks[Symbol.asyncDispose]();
      await proxy.stop();
    });
  }

  private constructor(description: string, places: readonly Place[], end: () => Promise<void>) {
    const [first, second] = places;
    if (first === undefined || second === undefined) throw new Error('there are two places');
    this.areApart = first !== second;
    this.description = description;
    this.first = first;
    this.second = second;
    this.#end = end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

function isSoon(waitMs: number): boolean {
  return waitMs < SOON_MS;
}

/** From the answer of the machine that indexed an edit to that of the other. Milliseconds. */
async function waitAfterEdit(one: Machine, other: Machine, word: string): Promise<number> {
  const text = `# Edited\n\nAbout ${word}.\n`;
  fs.writeFileSync(path.join(one.folder, 'edited.md'), text);
  await untilFound(one.server, word, 'edited.md');
  const indexedMs = performance.now();
  await untilFound(other.server, word, 'edited.md');
  const waitMs = performance.now() - indexedMs;
  // Documents reach other machines as they always did; then there is nothing left to index.
  fs.writeFileSync(path.join(other.folder, 'edited.md'), text);
  return waitMs;
}

/** A server on documents of its own, which indexes what changes there. */
async function startMachine(prefix: string, { under, endpoint }: Place): Promise<Machine> {
  const folder = await copyOfDocuments();
  const location = `s3://${BUCKET}/${prefix}?${new URLSearchParams({ endpoint, cache: temporaryFolder() })}`;
  const server = await startServer('sdk', ['--root', folder, '--index-path', location], under);
  onTestFinished(() => server[Symbol.asyncDispose]());
  await until(async () => (await server.call('index_status')).stale === false);
  return { folder, server };
}

/** A folder whose documents are indexed by commands, as a build does. */
async function makeBuilder(
  prefix: string,
): Promise<{ readonly folder: string; readonly run: (...words: readonly string[]) => Promise<object> }> {
  const folder = await copyOfDocuments();
  const location = gateway.locationOf(BUCKET, prefix, temporaryFolder());
  const run = (...words: readonly string[]): Promise<object> =>
    json([...words, '--root', folder, '--index-path', location]);
  await run('index');
  return { folder, run };
}

/** A server without any documents, whose network is counted. */
async function startReader(
  prefix: string,
  cache: string = temporaryFolder(),
): Promise<{ readonly server: RunningServer; readonly proxy: CountingProxy; readonly cache: string }> {
  const proxy = await CountingProxy.start(gateway.endpoint);
  onTestFinished(() => proxy.stop());
  const location = gateway
    .locationOf(BUCKET, prefix, cache)
    .replace(encodeURIComponent(gateway.endpoint), encodeURIComponent(proxy.endpoint));
  const server = await startServer('modern', ['--root', temporaryFolder(), '--index-path', location, '--read-only']);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, proxy, cache };
}

async function copyOfDocuments(): Promise<string> {
  const folder = temporaryFolder();
  for (const document of await documentPaths(OWN_DOCUMENTS)) {
    fs.mkdirSync(path.dirname(path.join(folder, document)), { recursive: true });
    fs.copyFileSync(path.join(OWN_DOCUMENTS, document), path.join(folder, document));
  }
  return folder;
}

function temporaryFolder(): string {
  const folder = fs.realpathSync(makeTemporaryFolder());
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function untilFound(server: RunningServer, word: string, document: string): Promise<void> {
  await until(async () => (await pathsOf(server, word)).includes(document));
}

/** The documents that answer the word, also by mere likeness. */
async function pathsOf(server: RunningServer, word: string): Promise<readonly unknown[]> {
  const { results } = await server.call('query_documents', { query: word });
  if (!Array.isArray(results)) throw new Error('no results');
  return results.map((result: unknown) => Reflect.get(Object(result), 'path'));
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error('it did not come true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function inMs(duration: number): string {
  return `${Math.round(duration)} ms`;
}
