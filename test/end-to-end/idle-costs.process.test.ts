/** What servers on one index in a bucket ask for while nothing happens: docs/scaling.md says what is measured here. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type TemporaryProject, temporaryProject } from '../cli/temporary-project.js';
import { S3Server } from '../store/s3/s3-server.js';
import { CountingProxy } from '../system/counting-proxy.js';
import { type RunningServer, startServer } from './running-server.js';
import { report } from './test-size.js';

const MINUTE_MS = 60_000;
/** What comes with a start has been asked for by then. */
const SETTLED_AFTER_MS = 15_000;
const DOCUMENTS = Object.fromEntries(
  Array.from({ length: 50 }, (_, number) => [`d${number}.md`, `# Document ${number}\n\n${'words '.repeat(100)}\n`]),
);
/** Requests in a minute. */
const MOST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  indexing: { GET: 84, PUT: 10 },
  following: { GET: 96, PUT: 6 },
  reading: { GET: 60 },
};

it.runIf(process.env.SNAPDEX_FULL === '1')(
  'an idle hour costs what docs/scaling.md says',
  async () => {
    await using bucket = await S3Server.start();
    await using project = await temporaryProject(DOCUMENTS);
    await using elsewhere = await temporaryProject({});
    await using indexing = await Counted.start(bucket, project);
    await using following = await Counted.start(bucket, project);
    await using reading = await Counted.start(bucket, elsewhere, ['--read-only']);
    await pause(SETTLED_AFTER_MS);
    const all = Object.entries({ indexing, following, reading });
    for (const [, one] of all) one.startCounting();
    await pause(MINUTE_MS);
    for (const [name, one] of all) {
      report(`an hour of ${name}`, one.inAnHour());
      // A busy machine asks less often, and what it asks at the edges of the minute makes a difference of some.
      for (const [method, count] of one.requests) {
        const most = MOST[name]?.[method] ?? 0;
        expect(count, `${name}: ${method}`).toBeLessThanOrEqual(most + 5);
        expect(count, `${name}: ${method}`).toBeGreaterThanOrEqual(most / 2);
      }
      expect(one.requests.get('GET'), name).toBeGreaterThan(0);
    }
  },
  600_000,
);

/** Each server keeps the files of the bucket in a folder of its own. */
let caches = 0;

/** A server, and what passes between it and the bucket. */
class Counted implements AsyncDisposable {
  readonly #proxy: CountingProxy;
  readonly #server: RunningServer;

  static async start(bucket: S3Server, project: TemporaryProject, words: readonly string[] = []): Promise<Counted> {
    const proxy = await CountingProxy.start(bucket.endpoint);
    const location = bucket
      .locationOf('index', join(project.root, '.cache', String(caches++)))
      .replace(encodeURIComponent(bucket.endpoint), encodeURIComponent(proxy.endpoint));
    const server = await startServer('sdk', ['--root', project.root, '--index-path', location, ...words]);
    while ((await server.call('index_status')).stale !== false) await pause(100);
    return new Counted(proxy, server);
  }

  private constructor(proxy: CountingProxy, server: RunningServer) {
    this.#proxy = proxy;
    this.#server = server;
  }

  /** By method, since counting was started. */
  get requests(): ReadonlyMap<string, number> {
    return this.#proxy.requests;
  }

  startCounting(): void {
    this.#proxy.requests.clear();
    this.#proxy.bytesDown = 0;
    this.#proxy.bytesUp = 0;
  }

  /** What an hour like the minute that was counted takes. */
  inAnHour(): Readonly<Record<string, number>> {
    const requests = [...this.requests].map(([method, count]) => [method, count * 60] as const);
    const { bytesDown, bytesUp } = this.#proxy;
    return { ...Object.fromEntries(requests), 'kB down': (bytesDown * 60) / 1000, 'kB up': (bytesUp * 60) / 1000 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#proxy.stop();
  }
}
