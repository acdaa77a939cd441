import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { processEnvironment } from '../../dist/store/index.js';
import {
  judgeProcess,
  type ProcessIdentity,
  processIdentitySchema,
  readOwnIdentity,
} from '../../dist/store/process-identity.js';

const FEW_DESCRIPTORS = fileURLToPath(new URL('few-descriptors.mjs', import.meta.url));
const END_THREAD = fileURLToPath(new URL('end-thread.mjs', import.meta.url));
const self = processEnvironment.identity();

/** What this process says of one with these particulars. */
function judge(about: Partial<ProcessIdentity>, as: Partial<ProcessIdentity> = {}): string {
  return judgeProcess({ ...self, ...about }, { ...self, ...as });
}

describe('a process', () => {
  test('of which nothing is known may be alive, and one whose record is lost is dead', () => {
    expect([judgeProcess(undefined, self), judgeProcess('lost', self)]).toEqual(['unknown', 'dead']);
  });

  test('of another host may be alive, and one of an earlier boot is dead', () => {
    expect([judge({ host: 'elsewhere' }), judge({ bootId: 'earlier' })]).toEqual(['unknown', 'dead']);
  });

  test('may be alive where one of the two cannot tell its boot', () => {
    expect([judge({ bootId: '' }), judge({}, { bootId: '' })]).toEqual(['unknown', 'unknown']);
  });

  test('whose start is told by another clock may be alive if its pid is, and is dead otherwise', () => {
    const elsewhere = { timeNamespace: 'time:[1]' };
    expect([judge(elsewhere), judge({}, elsewhere)]).toEqual(['unknown', self.timeNamespace ? 'unknown' : 'alive']);
    expect(judge({ ...elsewhere, pid: 2 ** 31 - 1 })).toBe('dead');
  });

  test('whose record says nothing of its clock is judged by what else it says', () => {
    expect([judge({ timeNamespace: undefined }), judge({ timeNamespace: undefined, startTime: '1' })]).toEqual([
      'alive',
      self.startTime === '' ? 'alive' : 'dead',
    ]);
  });

  test('is alive if its pid is, where nobody can tell when it started', () => {
    const [parent, nobody] = [process.ppid, 2 ** 31 - 1];
    expect([judge({ pid: parent, startTime: '' }), judge({ pid: nobody })]).toEqual(['alive', 'dead']);
  });

  test('is read again after it was forked, and the same otherwise', () => {
    const { host, pid } = self;
    expect(readOwnIdentity({ host: 'renamed', pid })).toMatchObject({ host: 'renamed', pid });
    expect(readOwnIdentity({ host, pid })).toEqual(self);
  });
});

describe.skipIf(process.platform !== 'linux')('a process of Linux', () => {
  test('that has ended is dead, though nobody has asked how it ended', async () => {
    // The shell becomes a program that never asks after the child it had.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number((await once(parent.stdout, 'data'))[0]);
    const identity = { pid, startTime: statOf(pid)[19] ?? '', thread: undefined };
    expect(judge(identity)).toBe('alive');
    while (statOf(pid)[0] !== 'Z') await pause();
    expect(judge(identity)).toBe('dead');
    await end(parent);
  });

  test('may have a thread that is dead while it runs', async () => {
    const child = spawn(process.execPath, [END_THREAD], { stdio: ['pipe', 'pipe', 'inherit'] });
    const heard = on(child.stdout, 'data');
    const identity = processIdentitySchema.parse(JSON.parse(String((await heard.next()).value)));
    expect(identity.thread?.id).not.toBe(child.pid);
    const reused = { id: identity.thread?.id ?? 0, startTime: '1' };
    expect([judge(identity), judge({ ...identity, thread: reused })]).toEqual(['alive', 'dead']);
    child.stdin.write('end it');
    await heard.next();
    expect([judge(identity), judge({ ...identity, thread: undefined })]).toEqual(['dead', 'alive']);
    await end(child);
  });

  test('knows its time namespace where the kernel has such', () => {
    const namespace = '/proc/self/ns/time';
    expect(self.timeNamespace).toBe(fs.existsSync(namespace) ? fs.readlinkSync(namespace) : undefined);
  });

  test('that had no descriptor left to find out who it is finds out when it has', () => {
    const run = `ulimit -n 300; exec "${process.execPath}" "${FEW_DESCRIPTORS}"`;
    const { first, second } = JSON.parse(execFileSync('sh', ['-c', run], { encoding: 'utf8' }));
    expect(first).toBe('EMFILE');
    expect(second).toEqual({ ...self, pid: expect.any(Number), startTime: expect.any(String), thread: second.thread });
    expect([second.bootId, second.startTime, second.thread.startTime]).not.toContain('');
  });

  test('whose threads nobody here may look at is judged as a whole', () => {
    expect(judge({ pid: process.ppid, startTime: '', thread: { id: 2 ** 31 - 1, startTime: '1' } })).toBe('alive');
  });
});

/** What /proc says of a process from its state on. */
function statOf(pid: number): readonly string[] {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
