/** AWS's own library, and servers that answer as no server should, or refuse. */
import { once } from 'node:events';
import http from 'node:http';
import * as library from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AwsObjectStore } from '../../../dist/store/s3/aws-object-store.js';
import { bytesOf } from '../with-store.js';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection ends after half of the body. */
  readonly breaksOff?: boolean;
}

let server: http.Server;
let answers: Answer[];
let asked: string[];
beforeEach(async () => {
  answers = [];
  asked = [];
  server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      // The last answer is given again and again.
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
      const { status = 200, headers = {}, body = '', breaksOff = false } = answer;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      if (breaksOff) response.write(body.slice(0, body.length / 2), () => response.destroy());
      else response.end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
    AWS_MAX_ATTEMPTS: '1',
  }))
    vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

/** A bucket on a server that gives these answers in turn. */
function bucketAnswering(...given: readonly Answer[]): AwsObjectStore {
  answers = [...given];
  return new AwsObjectStore(library, { bucket: 'shelf', region: undefined, endpoint: endpointOf(server) });
}

function endpointOf(listening: http.Server): string {
  const address = listening.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const ETAG = { headers: { etag: '"abc"' } };
const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test asked</Message></Error>`,
});
const listing = (content: string): Answer => ({
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><ListBucketResult>${content}</ListBucketResult>`,
});
const listed = (key: string): string =>
  `<Contents><Key>${key}</Key><Size>1</Size><ETag>"${key}"</ETag><LastModified>2026-01-02T03:04:05Z</LastModified></Contents>`;
/** More than goes in one request. */
const LARGE = Buffer.alloc(33 * 1024 * 1024);
const upload: Answer = {
  body: '<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>',
};

describe('an answer that lacks what it must say', () => {
  test.each([
    ['of reading', (bucket: AwsObjectStore) => bucket.get('a'), {}],
    ['of writing', (bucket: AwsObjectStore) => bucket.putIf('a', undefined, bytesOf('1')), {}],
    ['of listing', (bucket: AwsObjectStore) => bucket.list('a'), listing('<Contents><Key>a</Key></Contents>')],
    ['of a page of a list', (bucket: AwsObjectStore) => bucket.list('a'), listing('<IsTruncated>true</IsTruncated>')],
    ['of beginning a large file', (bucket: AwsObjectStore) => bucket.put('a', LARGE), {}],
  ])('%s is none', async (_, ask, answer) => {
    await expect(ask(bucketAnswering(answer))).rejects.toMatchObject({
      code: 'IO_FAILED',
      message: expect.stringMatching(/^s3:\/\/shelf\/a: .*the server/),
    });
  });

  test('of a part of a large file ends the upload', async () => {
    const bucket = bucketAnswering(upload, {});
    await expect(bucket.put('a', LARGE)).rejects.toMatchObject({ code: 'IO_FAILED' });
    await vi.waitFor(() => expect(asked.at(-1)).toMatch(/^DELETE \/shelf\/a\?.*uploadId=7/));
  });
});

describe('what a server says', () => {
  test('of a list may come in pages', async () => {
    const first = listing(
      `${listed('a1')}<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>`,
    );
    const found = await bucketAnswering(first, listing(listed('a2'))).list('a', { after: 'a0' });
    expect(found).toMatchObject([
      { key: 'a1', etag: 'a1', sizeBytes: 1, modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
      { key: 'a2' },
    ]);
    expect(asked[0]).toContain('start-after=a0');
    expect(asked[1]).toContain('continuation-token=t');
  });

  test.each([412, 409, 404])('of a condition that is false with %i is no error', async (status) => {
    expect(await bucketAnswering(refusal(status, 'Any')).putIf('a', 'abc', bytesOf('1'))).toBeUndefined();
  });

  test('of a copy may be that there is nothing to copy', async () => {
    expect(await bucketAnswering(refusal(404, 'NoSuchKey')).copy('a', 'b')).toBe(false);
    await expect(bucketAnswering(refusal(403, 'AccessDenied')).copy('a', 'b')).rejects.toMatchObject({
      code: 'EACCES',
    });
  });

  test('of a missing bucket is told', async () => {
    const refused = { code: 'STORE_NOT_FOUND', message: 's3://shelf: there is no such bucket' };
    await expect(bucketAnswering(refusal(404, 'NoSuchBucket')).list('a')).rejects.toMatchObject(refused);
    const writing = bucketAnswering(refusal(404, 'NoSuchBucket')).putIf('a', undefined, bytesOf('1'));
    await expect(writing).rejects.toMatchObject(refused);
  });

  test('of a right that is missing names it where one is', async () => {
    const unreadable = { code: 'STORE_UNREADABLE', remedy: expect.stringContaining('s3:GetObject') };
    await expect(bucketAnswering(refusal(403, 'AccessDenied')).get('a')).rejects.toMatchObject(unreadable);
    await expect(bucketAnswering(refusal(403, 'AccessDenied')).remove('a')).rejects.toMatchObject({ code: 'EACCES' });
    const word = { code: 'InvalidRequest', message: expect.stringContaining('as the test asked') };
    await expect(bucketAnswering(refusal(400, 'InvalidRequest')).list('a')).rejects.toMatchObject(word);
  });

  test.each([500, 503])('with %i says nothing about what was done', async (status) => {
    await expect(bucketAnswering(refusal(status, 'Any')).put('a', bytesOf('1'))).rejects.toMatchObject({
      code: 'IO_FAILED',
    });
  });

  test('is nothing where it does not listen', async () => {
    const bucket = bucketAnswering(ETAG);
    server.close();
    server.closeAllConnections();
    await expect(bucket.get('a')).rejects.toMatchObject({ code: 'IO_FAILED' });
  });
});

describe('bytes that break off', () => {
  const brokenOff: Answer = { ...ETAG, body: 'content', breaksOff: true };

  test('are asked for again', async () => {
    const bucket = bucketAnswering(brokenOff, brokenOff, { ...ETAG, body: 'content' });
    expect(await bucket.get('a')).toEqual({ bytes: Uint8Array.from(bytesOf('content')), etag: 'abc' });
    expect(asked).toHaveLength(3);
  });

  test('each time are told after five', async () => {
    await expect(bucketAnswering(brokenOff).get('a')).rejects.toMatchObject({ code: 'IO_FAILED' });
    expect(asked).toHaveLength(5);
  });
});

test('a bucket of no region is told how to get one', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/none/such');
  const bucket = new AwsObjectStore(library, { bucket: 'shelf', region: undefined, endpoint: undefined });
  await expect(bucket.get('a')).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    remedy: expect.stringContaining('AWS_REGION'),
  });
});

test('a region may be named', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  answers = [{ ...ETAG, body: '1' }];
  const bucket = new AwsObjectStore(library, {
    bucket: 'shelf',
    region: 'eu-central-1',
    endpoint: endpointOf(server),
  });
  expect(await bucket.get('a')).toEqual({ bytes: Uint8Array.of(49), etag: 'abc' });
});
