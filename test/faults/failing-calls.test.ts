import { afterAll, describe, expect, test } from 'vitest';
import { seeded } from '../store/seed.js';
import type { Fault } from './failing-calls.js';
import { countCalls, type FaultCase, removeTemplates, runCase } from './fault-case.js';
import { OPERATIONS, type Operation } from './operations.js';

const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EACCES', 'EPERM', 'EBUSY', 'EROFS', 'ESTALE'];
const FAULTS: readonly Fault[] = [
  ...CODES.map((code) => ({ kind: 'code', code }) as const),
  { kind: 'exists after success' },
  { kind: 'short write' },
];
/** What a disk answers to whoever changes something, and not to who only reads. */
const CODES_OF_DISKS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];
/** In a short run so many faults are tried at each call; all of them with SNAPDEX_FULL=1. */
const FAULTS_A_CALL = process.env.SNAPDEX_FULL === '1' ? Number.POSITIVE_INFINITY : 2;

const { seed } = seeded();
afterAll(removeTemplates);

describe('whatever call fails, however it fails', () => {
  test.each(OPERATIONS)(
    '$name keeps what was there, says what to do, and works again afterwards',
    async (operation) => {
      const all = FAULTS.flatMap((fault) => [true, false].map((isLasting) => ({ operation, fault, isLasting })));
      await expectKept(operation, await chooseCases(operation, all, FAULTS_A_CALL));
    },
    3_600_000,
  );
});

describe('while nothing can be changed any more', () => {
  test.each(OPERATIONS.filter(({ name }) => name !== 'verifying'))(
    '$name leaves everybody reading what was there, whenever that begins',
    async (operation) => {
      const all = CODES_OF_DISKS.map(
        (code) => ({ operation, fault: { kind: 'code', code }, isLasting: true, sparesReading: true }) as const,
      );
      await expectKept(operation, await chooseCases(operation, all, FAULTS_A_CALL / 2));
    },
    3_600_000,
  );
});

async function expectKept({ name }: Operation, cases: readonly FaultCase[]): Promise<void> {
  const broken: string[] = [];
  let injected = 0;
  for (const chosen of cases) {
    const { problems, failedCall } = await runCase(chosen);
    if (failedCall !== undefined) injected += 1;
    if (problems.length > 0) broken.push(`${tell(chosen)}, ${failedCall}\n  ${problems.join('\n  ')}`);
  }
  console.log(`${name}: ${injected} faults injected in ${cases.length} cases`);
  expect(broken).toEqual([]);
  expect(injected).toBeGreaterThan(0);
}

/** So many of the faults in `all` for each call of the operation, others for each. */
async function chooseCases(
  operation: Operation,
  all: readonly Omit<FaultCase, 'at'>[],
  faultsACall: number,
): Promise<readonly FaultCase[]> {
  const calls = await countCalls(operation, all[0]);
  const cases: FaultCase[] = [];
  for (let at = 0; at < calls; at++) {
    const offset = seed + at * 7;
    const count = Math.min(all.length, faultsACall);
    for (let chosen = 0; chosen < count; chosen++) {
      const template = all[(offset + chosen * 5) % all.length];
      if (template !== undefined) cases.push({ ...template, at });
    }
  }
  return cases;
}

function tell({ operation, fault, at, isLasting }: FaultCase): string {
  const what = fault.kind === 'code' ? fault.code : fault.kind;
  return `${operation.name}: ${what} ${isLasting ? 'from call' : 'at call'} ${at}${isLasting ? ' on' : ''}`;
}
