/** One line of JSON whose last key is the checksum of every byte before it, as manifests and tags are written. */
import { createHash } from 'node:crypto';

const CHECKSUM_DIGITS = 64;
const TAIL = /,"checksum":"([0-9a-f]{64})"\}\n$/;
const TAIL_BYTES = ',"checksum":""}\n'.length + CHECKSUM_DIGITS;

/** SHA-256 of `bytes` as 64 hex digits: the checksum of every file in the store. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes of an object with at least one key. */
export function sealedLine(object: object): Uint8Array {
  const body = JSON.stringify(object).slice(0, -1);
  return Buffer.from(`${body},"checksum":"${sha256(Buffer.from(body))}"}\n`);
}

/** What the end of `bytes` says: a checksum that fits, one that does not (`isIntact` is false), or `undefined` for none. */
export function readSeal(bytes: Uint8Array): { readonly checksum: string; readonly isIntact: boolean } | undefined {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checksum = TAIL.exec(content.subarray(-TAIL_BYTES).toString('latin1'))?.[1];
  if (checksum === undefined) return undefined;
  return { checksum, isIntact: checksum === sha256(content.subarray(0, -TAIL_BYTES)) };
}
