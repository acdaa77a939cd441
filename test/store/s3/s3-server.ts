/** A server that speaks as S3 does, as far as a store asks: one bucket in memory, strongly consistent, unsigned. */
import { once } from 'node:events';
import http from 'node:http';
import { MemoryBucket, MemoryObjects } from './memory-objects.js';

const BUCKET = 'shelf';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export class S3Server implements AsyncDisposable {
  readonly bucket: MemoryBucket = new MemoryBucket();
  readonly endpoint: string;
  /** What was asked for, as method (LIST for a listing) and key. */
  readonly requests: { readonly method: string; readonly key: string }[] = [];
  /** What it refuses to these credentials. */
  forbidden: 'nothing' | 'writing' | 'everything' = 'nothing';
  /** Writes whatever the condition of a write is, as Ceph does in a bucket with versioning. */
  ignoresConditions = false;
  /** Takes requests and answers none. */
  isSilent = false;
  readonly #objects = new MemoryObjects(this.bucket);
  readonly #server: http.Server;

  /** Starts one, and lets this process and its children sign their requests. */
  static async start(): Promise<S3Server> {
    const server = http.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' });
    return new S3Server(server);
  }

  private constructor(server: http.Server) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a port was asked for');
    this.endpoint = `http://127.0.0.1:${address.port}`;
    this.#server = server;
    server.on('request', (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** The URL of a store there, for a machine that caches its files in `cache`. */
  locationOf(prefix: string, cache: string): string {
    return `s3://${BUCKET}/${prefix}?${new URLSearchParams({ endpoint: this.endpoint, cache })}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    if (this.isSilent) return;
    const { status, headers = {}, body = '' } = await this.#answer(request, Buffer.concat(pieces));
    response.writeHead(status, headers).end(body);
  }

  async #answer({ method = 'GET', url = '/', headers }: http.IncomingMessage, body: Uint8Array): Promise<Answer> {
    const { pathname, searchParams } = new URL(url, this.endpoint);
    const [, bucket = '', ...rest] = decodeURIComponent(pathname).split('/');
    const key = rest.join('/');
    const isListing = method === 'GET' && searchParams.get('list-type') === '2';
    this.requests.push({ method: isListing ? 'LIST' : method, key });
    if (bucket !== BUCKET) return refusal(404, 'NoSuchBucket');
    if (this.forbidden === 'everything') return refusal(403, 'AccessDenied');
    if (isListing) return this.#list(searchParams);
    if (method === 'GET') return this.#get(key);
    if (this.forbidden === 'writing') return refusal(403, 'AccessDenied');
    if (method === 'PUT') return this.#put(key, body, headers);
    await this.#objects.remove(key);
    return { status: 204 };
  }

  async #get(key: string): Promise<Answer> {
    const found = await this.#objects.get(key);
    return found === undefined
      ? refusal(404, 'NoSuchKey')
      : { status: 200, headers: { etag: `"${found.etag}"` }, body: found.bytes };
  }

  async #put(key: string, body: Uint8Array, headers: http.IncomingHttpHeaders): Promise<Answer> {
    const isConditional = !this.ignoresConditions && Object.keys(headers).some((name) => name.startsWith('if-'));
    if (!isConditional) {
      await this.#objects.put(key, body);
      return { status: 200, headers: { etag: '"written"' } };
    }
    const etag = await this.#objects.putIf(key, headers['if-match'], body);
    return etag === undefined ? refusal(412, 'PreconditionFailed') : { status: 200, headers: { etag: `"${etag}"` } };
  }

  async #list(parameters: URLSearchParams): Promise<Answer> {
    const after = parameters.get('start-after');
    const listed = await this.#objects.list(parameters.get('prefix') ?? '', after === null ? {} : { after });
    const contents = listed.map(
      ({ key, sizeBytes, etag, modifiedMs }) =>
        `<Contents><Key>${key}</Key><Size>${sizeBytes}</Size><ETag>&quot;${etag}&quot;</ETag>` +
        `<LastModified>${new Date(modifiedMs).toISOString()}</LastModified></Contents>`,
    );
    const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }
}

function refusal(status: number, code: string): Answer {
  const body = `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
