/** Requests to S3 by AWS's own library, which is loaded here alone, and only for stores that lie there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { StoreError } from '../errors.js';
import { forEachTogether } from '../for-each-together.js';
import { type ListedObject, type ObjectStore, RequestRefused, type StoredObject } from './object-store.js';
import type { S3Location } from './s3-location.js';

type Library = typeof import('@aws-sdk/client-s3');
type ObjectBody = NonNullable<GetObjectCommandOutput['Body']>;

/** From this size on a file is written in parts, side by side, each repeated by itself. */
const PART_BYTES = 32 * 1024 * 1024;
/** After so long without a byte in either direction a request is given up. */
const SILENT_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 5_000;
const TRIES = 5;
/** Before an object whose bytes broke off is asked for again; twice as long each time. */
const BROKEN_OFF_WAIT_MS = 50;

/** The condition of a write is false, or was until another write that went on at the same time had ended. */
const CONDITION_STATUSES = [404, 409, 412];

/** The server was busy, or another write came in between. */
const UNCLEAR_STATUSES = [408, 409, 412, 429];

/** A bucket on S3, or on a server that speaks like it. */
export class AwsObjectStore implements ObjectStore {
  readonly location: string;
  readonly #library: Library;
  readonly #client: S3Client;
  readonly #bucket: string;

  /** @param library what `import('@aws-sdk/client-s3')` gives */
  constructor(library: Library, { bucket, endpoint, region }: Pick<S3Location, 'bucket' | 'endpoint' | 'region'>) {
    this.location = `s3://${bucket}`;
    this.#library = library;
    this.#bucket = bucket;
    this.#client = new library.S3Client({
      ...(region === undefined ? {} : { region }),
      // Few servers but AWS answer to a host name for each bucket.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      maxAttempts: TRIES,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // The library's own `requestTimeout` only warns.
      requestHandler: { socketTimeout: SILENT_TIMEOUT_MS, connectionTimeout: CONNECTION_TIMEOUT_MS },
    });
  }

  async get(key: string): Promise<StoredObject | undefined> {
    try {
      return await this.#readWhole(key);
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw this.#explainReading(error, key);
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      if (bytes.byteLength > PART_BYTES) await this.#putParts(key, bytes);
      else await this.#client.send(new this.#library.PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes }));
    } catch (error) {
      throw this.#explain(error, key);
    }
  }

  async putIf(key: string, expectedEtag: string | undefined, bytes: Uint8Array): Promise<string | undefined> {
    // Ceph compares the ETag as it stands, so it has no quotes.
    const condition = expectedEtag === undefined ? { IfNoneMatch: '*' } : { IfMatch: expectedEtag };
    try {
      const wanted = { Bucket: this.#bucket, Key: key, Body: bytes, ...condition };
      const { ETag } = await this.#client.send(new this.#library.PutObjectCommand(wanted));
      if (ETag === undefined) throw new Error(`${key}: the server answered without an ETag`);
      return withoutQuotes(ETag);
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && CONDITION_STATUSES.includes(status) && nameOf(error) !== 'NoSuchBucket')
        return undefined;
      throw this.#explain(error, key);
    }
  }

  async copy(from: string, to: string): Promise<boolean> {
    const CopySource = [this.#bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.#client.send(new this.#library.CopyObjectCommand({ Bucket: this.#bucket, Key: to, CopySource }));
      return true;
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return false;
      throw this.#explain(error, to);
    }
  }

  async list(prefix: string, options: { readonly after?: string } = {}): Promise<readonly ListedObject[]> {
    const listed: ListedObject[] = [];
    const wanted = { Bucket: this.#bucket, Prefix: prefix, StartAfter: options.after };
    try {
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await this.#client.send(new this.#library.ListObjectsV2Command({ ...wanted, ContinuationToken }));
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          if (Key === undefined || Size === undefined || ETag === undefined || LastModified === undefined)
            throw new Error(`${prefix}: the server lists an object without saying what it is`);
          listed.push({
            key: Key,
            sizeBytes: Size,
            etag: withoutQuotes(ETag),
            modifiedMs: LastModified.getTime(),
          });
        }
        ContinuationToken = page.NextContinuationToken;
        if (page.IsTruncated !== true) return listed;
        if (ContinuationToken === undefined) throw new Error(`${prefix}: the server lists a part without the next one`);
      }
    } catch (error) {
      throw this.#explainReading(error, prefix);
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.#client.send(new this.#library.DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    } catch (error) {
      throw this.#explain(error, key);
    }
  }

  /** The library repeats a request until it is answered, and not when the bytes of the answer break off. */
  async #readWhole(key: string): Promise<StoredObject> {
    for (let attempt = 1; ; attempt += 1) {
      const { body, etag } = await this.#answerOf(key);
      try {
        return { bytes: await body.transformToByteArray(), etag };
      } catch (error) {
        if (attempt === TRIES) throw error;
        await sleep(BROKEN_OFF_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  }

  async #answerOf(key: string): Promise<{ readonly etag: string; readonly body: ObjectBody }> {
    const { Body, ETag } = await this.#client.send(
      new this.#library.GetObjectCommand({ Bucket: this.#bucket, Key: key }),
    );
    if (Body === undefined || ETag === undefined) throw new Error(`${key}: the server answered without it`);
    return { etag: withoutQuotes(ETag), body: Body };
  }

  async #putParts(key: string, bytes: Uint8Array): Promise<void> {
    const object = { Bucket: this.#bucket, Key: key };
    const { UploadId } = await this.#client.send(new this.#library.CreateMultipartUploadCommand(object));
    if (UploadId === undefined) throw new Error(`${key}: the server names no upload`);
    const upload = { ...object, UploadId };
    try {
      const numbers = Array.from({ length: Math.ceil(bytes.byteLength / PART_BYTES) }, (_, index) => index + 1);
      const etags = new Map<number, string>();
      await forEachTogether(numbers, async (PartNumber) => {
        const Body = bytes.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES);
        const { ETag } = await this.#client.send(new this.#library.UploadPartCommand({ ...upload, PartNumber, Body }));
        if (ETag === undefined) throw new Error(`${key}: the server answered without an ETag`);
        etags.set(PartNumber, ETag);
      });
      const Parts = numbers.map((PartNumber) => ({ PartNumber, ETag: etags.get(PartNumber) }));
      await this.#client.send(
        new this.#library.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      await this.#client.send(new this.#library.AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  #explainReading(error: unknown, key: string): unknown {
    const explained = this.#explain(error, key);
    if (!(explained instanceof RequestRefused) || explained.code !== 'EACCES') return explained;
    return new StoreError('STORE_UNREADABLE', `not allowed to read ${explained.message}`, {
      remedy: 'Check the credentials; they need s3:GetObject for what lies below the prefix, and s3:ListBucket.',
      cause: explained,
    });
  }

  /** What was refused is told from what nobody can be sure of. */
  #explain(error: unknown, key: string): unknown {
    const status = statusOf(error);
    const text = `${this.location}/${key}: ${nameOf(error)} (${error instanceof Error ? error.message : String(error)})`;
    if (error instanceof Error && error.message === 'Region is missing') {
      return new StoreError('INVALID_OPTION', `${this.location}: no region is known for it`, {
        remedy: 'Set `AWS_REGION`, or put `?region=…` at the end of the URL; a server of another maker takes any.',
        cause: error,
      });
    }
    if (nameOf(error) === 'NoSuchBucket') {
      return new StoreError('STORE_NOT_FOUND', `${this.location}: there is no such bucket`, {
        remedy: 'Check the URL and the endpoint. Stores are made by themselves, buckets are not.',
        cause: error,
      });
    }
    if (status === undefined || status < 400 || status >= 500 || UNCLEAR_STATUSES.includes(status)) {
      return new StoreError('IO_FAILED', text, {
        remedy: 'Check the endpoint, the network and the credentials; what was committed is untouched.',
        cause: error,
      });
    }
    return new RequestRefused(status === 403 ? 'EACCES' : nameOf(error), text, error);
  }
}

function withoutQuotes(etag: string): string {
  return etag.replaceAll('"', '');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The HTTP status that an error of the library came with. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  const isKnown = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return isKnown && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
