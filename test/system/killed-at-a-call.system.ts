import { expect, test } from 'vitest';
import { measure } from '../process/children.js';
import { findProblems } from './aftermath.js';
import { sampleOf } from './chance.js';
import { requireMachine } from './machine.js';
import { Operator } from './operator.js';
import { Tracing } from './strace.js';
import { distinctCalls, logOf, TRACED_OPERATIONS, Workshop } from './system-call-cases.js';

const BY_NAME = TRACED_OPERATIONS.map((operation) => [operation.name, operation] as const);
const CASES = measure(Number.POSITIVE_INFINITY, 6);

test.for(BY_NAME)('%s: the process is killed at each of its system calls', async ([, operation], context) => {
  requireMachine(context, { mounts: true, fileSystems: ['tmpfs'], commands: ['strace'] });
  using workshop = new Workshop();
  const plan = await workshop.plan(operation, true);
  const cases = sampleOf(distinctCalls(plan), CASES);
  const problems: string[] = [];
  let kills = 0;
  let acknowledged = 0;
  let next = new Operator();
  for (const { systemCall, nth } of cases) {
    const task = await workshop.task(operation, true);
    const operator = next;
    // Starts while this one works.
    next = new Operator();
    await operator.prepare(task);
    const paths = systemCall === 'write' ? { paths: plan.pathsFor(task.ids) } : {};
    const injection = { systemCall, nth, isLasting: false, fate: { signal: 'KILL' }, ...paths } as const;
    const tracing = await Tracing.attach(operator.pid, logOf(task), injection);
    const answer = await operator.step('act');
    await tracing.detach();
    if (answer === undefined) kills += 1;
    else if (!answer.isAcknowledged) problems.push(`${systemCall} ${nth}: ${JSON.stringify(answer)}`);
    const isAcknowledged = operator.heard('acknowledged') !== undefined;
    if (isAcknowledged) acknowledged += 1;
    await operator.kill();
    const found = await findProblems(task.directory, {
      contents: isAcknowledged ? [operation.after] : [operation.before, operation.after],
      tags: isAcknowledged && operation.name === 'tagging' ? ['release'] : [],
    });
    problems.push(...found.map((problem) => `${systemCall} ${nth}: ${problem}`));
    workshop.remove(task);
  }
  expect(problems).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(cases.length / 2);
  await context.annotate(`${kills} kills of ${cases.length}, ${acknowledged} after the change was acknowledged`);
});
