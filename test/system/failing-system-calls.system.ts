import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { measure } from '../process/children.js';
import { differs, type Expected, findProblems } from './aftermath.js';
import { sampleOf } from './chance.js';
import { requireMachine } from './machine.js';
import { type Answer, Operator } from './operator.js';
import { type Injection, Tracing } from './strace.js';
import { type CallPlan, distinctCalls, logOf, TRACED_OPERATIONS, Workshop } from './system-call-cases.js';

const BY_NAME = TRACED_OPERATIONS.map((operation) => [operation.name, operation] as const);
const CASES = measure(Number.POSITIVE_INFINITY, 24);

const MAKING = ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'];
const LOOKING = ['EIO', 'EACCES', 'ESTALE'];

/** What a kernel may say to each call. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openat: [...MAKING, 'EMFILE', 'ENFILE', 'ESTALE'],
  mkdir: MAKING,
  rename: MAKING,
  link: [...MAKING, 'EPERM'],
  write: ['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG'],
  pwrite64: ['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG'],
  fsync: ['EIO', 'ENOSPC', 'EDQUOT'],
  fdatasync: ['EIO', 'ENOSPC', 'EDQUOT'],
  rmdir: ['EIO', 'EROFS', 'EBUSY', 'EACCES'],
  unlink: ['EIO', 'EROFS', 'EBUSY', 'EACCES'],
};

function casesOf(plan: CallPlan): readonly Injection[] {
  return distinctCalls(plan).flatMap(({ systemCall, nth }) =>
    (ERRORS[systemCall] ?? LOOKING).flatMap((error) =>
      [false, true].map((isLasting) => ({ systemCall, nth, isLasting, fate: { error } })),
    ),
  );
}

test.for(BY_NAME)('%s: each system call fails, once and from then on', async ([, operation], context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'], commands: ['strace'] });
  using workshop = new Workshop();
  const plan = await workshop.plan(operation, false);
  const operator = new Operator();
  const problems: string[] = [];
  let injected = 0;
  let refused = 0;
  const cases = sampleOf(casesOf(plan), CASES);
  for (const injection of cases) {
    const task = await workshop.task(operation, false);
    await operator.prepare(task);
    const paths = injection.systemCall === 'write' ? { paths: plan.pathsFor(task.ids) } : {};
    const tracing = await Tracing.attach(operator.pid, logOf(task), { ...injection, ...paths });
    const answer = await operator.step('act');
    injected += (await tracing.detach()).filter((call) => call.isInjected).length;
    if (answer?.code !== undefined) refused += 1;
    const expected = expectedAfter(answer, operation);
    const again = await operator.step('again');
    await operator.step('close');
    // Who could only read has had no occasion to clear up, but does so as long as it lives.
    if (again?.readOnlyReason !== undefined) await untilEmpty(path.join(task.directory, 'drafts'));
    const found = [
      ...problemsOf(answer),
      ...problemsLater(again, expected, operation.opens),
      ...(await findProblems(task.directory, expected)),
    ];
    const what = `${injection.systemCall} ${injection.nth}${injection.isLasting ? '+' : ''} ${Object.values(injection.fate)}`;
    problems.push(...found.map((problem) => `${what}: ${problem}`));
    workshop.remove(task);
  }
  expect(problems).toEqual([]);
  expect(injected).toBeGreaterThanOrEqual(cases.length / 2);
  await context.annotate(`${cases.length} cases, ${injected} calls failed, ${refused} operations refused`);
});

/** Waits for a folder to become empty, though not for ever: the check that follows says what is in it. */
async function untilEmpty(folder: string): Promise<void> {
  for (let looks = 0; looks < 1_000 && fs.readdirSync(folder).length > 0; looks++) await pause(10);
}

function expectedAfter(answer: Answer | undefined, operation: (typeof TRACED_OPERATIONS)[number]): Expected {
  const { before, after } = operation;
  const tags = operation.name === 'tagging' && answer?.isAcknowledged ? ['release'] : [];
  if (answer?.isAcknowledged) return { contents: [after], tags };
  return { contents: answer?.code === 'OUTCOME_UNKNOWN' ? [before, after] : [before], tags };
}

function problemsOf(answer: Answer | undefined): readonly string[] {
  if (answer === undefined) return ['the process ended'];
  if (answer.error !== undefined) return [`no StoreError: ${answer.error}`];
  return answer.hasRemedy === false ? [`${answer.code} without a remedy`] : [];
}

/** The same store, as it went on. */
function problemsLater(answer: Answer | undefined, expected: Expected, opens: boolean): readonly string[] {
  if (answer === undefined) return ['the process ended'];
  if (answer.error !== undefined) return [`the same store: ${answer.error}`];
  const difference = differs(answer.content ?? {}, expected);
  if (difference !== undefined) return [`the same store ${difference}`];
  // A store that could not be written when it was opened was opened for reading, and says so.
  if (answer.readOnlyReason !== undefined) return opens ? [] : [`read-only: ${answer.readOnlyReason}`];
  return answer.isShown ? [] : ['the same store does not show what it committed'];
}
