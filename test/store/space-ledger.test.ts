import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Holder, SpaceLedger } from '../../dist/store/space-ledger.js';
import { seeded } from './seed.js';

const MANIFEST_BYTES = 7;

/** Generation `generation` with these files, each as `owner: bytes`; the file is named after its owner. */
function holder(generation: number, files: Readonly<Record<number, number>> | undefined): Holder {
  const entries = Object.entries(files ?? {}).map(
    ([owner, sizeBytes]): [string, { owner: number; sizeBytes: number; sha256: string }] => [
      `file-${owner}`,
      { owner: Number(owner), sizeBytes, sha256: '' },
    ],
  );
  return { generation, manifestBytes: MANIFEST_BYTES, files: files === undefined ? undefined : new Map(entries) };
}

/** What is on the disk, counted the slow way: every file that somebody keeps, and every directory that is not empty. */
function bytesOnDisk(holders: readonly Holder[]): number {
  const files = new Map<string, { readonly owner: number; readonly sizeBytes: number }>();
  for (const one of holders) for (const [name, file] of one.files ?? []) files.set(`${file.owner} ${name}`, file);
  const owners = new Set([...files.values()].map((file) => file.owner));
  let bytes = 0;
  for (const file of files.values()) bytes += file.sizeBytes;
  for (const one of holders) if (one.files !== undefined || owners.has(one.generation)) bytes += one.manifestBytes;
  return bytes;
}

const histories = fc
  .array(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 8 })
  .map((shares) =>
    shares.map((shared, index) => {
      const owners = shared.flatMap((isShared, owner) => (isShared && owner < index ? [owner + 1] : []));
      return holder(index + 1, Object.fromEntries([...owners, index + 1].map((owner) => [owner, 10 ** (owner % 4)])));
    }),
  );

describe('the space ledger', () => {
  test('counts a shared file once', () => {
    const ledger = new SpaceLedger([holder(1, { 1: 100 }), holder(2, { 1: 100, 2: 30 })]);
    expect(ledger.totalBytes).toBe(130 + 2 * MANIFEST_BYTES);
    expect([ledger.ownBytes(1), ledger.sharedBytes(1)]).toEqual([0, 100 + MANIFEST_BYTES]);
    expect([ledger.ownBytes(2), ledger.sharedBytes(2)]).toEqual([30 + MANIFEST_BYTES, 100]);
  });

  test('frees a shared file, and the manifest beside it, with the last generation that needs it', () => {
    const ledger = new SpaceLedger([holder(1, { 1: 100 }), holder(2, { 1: 100 }), holder(3, {})]);
    expect([ledger.release(1), ledger.release(2)]).toEqual([0, 100 + 2 * MANIFEST_BYTES]);
    expect(ledger.totalBytes).toBe(MANIFEST_BYTES);
  });

  test('frees nothing that a damaged generation may need', () => {
    const holders = [holder(1, { 1: 100 }), holder(2, {}), holder(3, { 1: 100, 3: 10 }), holder(4, {})];
    const ledger = new SpaceLedger(holders, 2);
    expect([ledger.release(1), ledger.release(3)]).toEqual([0, 10 + MANIFEST_BYTES]);
    expect(ledger.totalBytes).toBe(100 + 3 * MANIFEST_BYTES);
  });

  test('frees nothing twice', () => {
    const ledger = new SpaceLedger([holder(1, { 1: 100 }), holder(2, {})]);
    ledger.release(1);
    expect([ledger.release(1), ledger.ownBytes(1), ledger.release(99)]).toEqual([0, 0, 0]);
  });

  test('agrees with a count of what is on the disk, in any order of going', () =>
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (holders, numbers) => {
        const ledger = new SpaceLedger(holders);
        const left = [...holders];
        expect(ledger.totalBytes).toBe(bytesOnDisk(left));
        for (const number of numbers) {
          const index = left.findIndex((one, at) => one.files !== undefined && at >= number % left.length);
          const going = left[index];
          if (going === undefined) break;
          left[index] = { ...going, files: undefined };
          const before = ledger.totalBytes;
          expect(ledger.ownBytes(going.generation)).toBe(before - bytesOnDisk(left));
          expect(ledger.release(going.generation)).toBe(before - ledger.totalBytes);
          expect(ledger.totalBytes).toBe(bytesOnDisk(left));
        }
      }),
      seeded(),
    ));
});
