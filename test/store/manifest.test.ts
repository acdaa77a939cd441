import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStoreError } from '../../dist/store/index.js';
import { decodeManifest, encodeManifest, type Manifest, sha256 } from '../../dist/store/manifest.js';
import { isTakenOver } from '../../dist/store/transfer/arrival.js';
import { seeded } from './seed.js';

const manifest: Manifest = {
  generation: 7,
  parent: { generation: 6, nonce: 'b-1' },
  nonce: 'a-2',
  createdAt: '2026-01-01T00:00:00.000Z',
  writer: { instance: 'a', client: 'test', host: 'here', pid: 1, bootId: 'boot' },
  operation: 'update',
  reason: 'because',
  unsynced: [6, 7],
  hold: { rolledBackTo: 3, since: '2026-01-01T00:00:00.000Z', by: 'test' },
  metadata: { documents: 3, nested: { list: [1, null, 'x'] } },
  files: new Map([['a/b', { owner: 3, sizeBytes: 5, sha256: 'f'.repeat(64) }]]),
  writers: new Map([['a', { nonce: 'a-2', generation: 7 }]]),
};
const bytes = encodeManifest(manifest);
const body = Buffer.from(bytes)
  .toString()
  .replace(/,"checksum".*\n$/, '');

/** The bytes of a manifest whose checksum is right, whatever it says. */
function signed(text: string): Uint8Array {
  return Buffer.from(`${text},"checksum":"${sha256(Buffer.from(text))}"}\n`);
}

/** Decodes, or fails with an error of the store; anything else is a bug. */
function decodeOrRefuse(hostile: Uint8Array): 'decoded' | 'refused' {
  try {
    decodeManifest(hostile, 7);
    return 'decoded';
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED', 'STORE_FORMAT_NEWER')) return 'refused';
    throw error;
  }
}

describe('a manifest', () => {
  test('comes back as it was written', () =>
    expect(decodeManifest(bytes, 7)).toEqual({ ...manifest, format: 1, features: [] }));

  test('says how it arrived, if it did, and what it says beside that is passed over by who does not know it', () => {
    expect(decodeManifest(encodeManifest({ ...manifest, arrival: 'on-top' }), 7)).toMatchObject({ arrival: 'on-top' });
    const later = decodeManifest(signed(body.replace('"reason"', '"mood":"good","reason"')), 7);
    expect(later).toEqual(decodeManifest(bytes, 7));
  });

  test.each([
    [{ arrival: 'passing' }, true],
    [{ arrival: 'on-top', operation: 'rollback' }, true],
    [{ reason: 'passed over on the way to generation 9' }, true],
    [{ reason: 'generation 4 of another history: because' }, true],
    [{ reason: 'generation 4 of another history', operation: 'rollback' }, false],
    [{}, false],
  ])('of %j is taken over: %j', (words, isTaken) => {
    expect(isTakenOver({ ...manifest, ...words })).toBe(isTaken);
  });

  test('of another generation is damage', () => {
    expect(() => decodeManifest(bytes, 8)).toThrow('the manifest is of generation 7');
  });

  test('with any byte changed is refused', () =>
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (offset, change) => {
        const hostile = Uint8Array.from(bytes, (byte, index) => (index === offset ? byte ^ change : byte));
        expect(decodeOrRefuse(hostile)).toBe('refused');
      }),
      seeded(),
    ));

  test('cut short anywhere is refused', () => {
    for (let length = 0; length < bytes.byteLength; length++)
      expect(decodeOrRefuse(bytes.subarray(0, length))).toBe('refused');
  });

  test('with a right checksum over wrong content is decoded or refused, nothing else', () =>
    fc.assert(
      fc.property(fc.nat(body.length), fc.nat(20), fc.string(), (offset, length, inserted) => {
        decodeOrRefuse(signed(body.slice(0, offset) + inserted + body.slice(offset + length)));
      }),
      { ...seeded(), numRuns: 1000 },
    ));

  test.each([
    ['', 'no JSON at all'],
    ['{"format":1,"features":[],"x":'.padEnd(200_000, '['), 'JSON that is nested too deep'],
    [body.replace('"a/b"', '"../b"'), 'a name that leads out of the store'],
    [body.replace('[3,5,', '[8,5,'), 'a file of a later generation'],
    [body.replace('[3,5,', '[3,-5,'), 'a negative size'],
    [body.replace('"generation":7', '"generation":1e300'), 'a generation beyond all numbers'],
    ['{"format":0', 'a format that never was'],
  ])('with a right checksum over %.20j… is refused: %s', (text) => {
    expect(decodeOrRefuse(signed(text))).toBe('refused');
  });
});
