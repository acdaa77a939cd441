/** A process that does one operation to a store, step by step, and what it says of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { StoreOptions } from '../../dist/store/index.js';
import { programPath } from './counters.js';

/** What the process is to do, and where. */
export interface Task {
  readonly directory: string;
  /** An existing folder, outside the store, for what it says. */
  readonly reports: string;
  readonly operation: string;
  /** Whether the operation opens the store itself. */
  readonly opens: boolean;
  /** Eight hex digits that all its ids begin with. */
  readonly ids: string;
  readonly options: StoreOptions;
  /** The operation ends with closing, and says so when it counts. */
  readonly isMortal: boolean;
}

const answerSchema = z.object({
  /** Whether the change counts, whatever failed later. */
  isAcknowledged: z.boolean().optional(),
  code: z.string().optional(),
  hasRemedy: z.boolean().optional(),
  /** Any other error than a StoreError. */
  error: z.string().optional(),
  content: z.record(z.string(), z.string()).optional(),
  wasOpen: z.boolean().optional(),
  readOnlyReason: z.string().optional(),
  isShown: z.boolean().optional(),
});

/** What the process said of a step. */
export type Answer = z.infer<typeof answerSchema>;

const HANG_MS = 30_000;

/** The process, waiting for its next step. */
export class Operator {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #reports = '';

  constructor() {
    // One thread for what is asynchronous, so that its calls have an order.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    this.process = spawn(process.execPath, [programPath('operate.mjs')], { stdio: ['pipe', 'ignore', 'inherit'], env });
    this.#ended = once(this.process, 'close');
    // A step for a process that was killed.
    this.process.stdin?.on('error', () => {});
    onTestFinished(() => this.kill());
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async prepare(task: Task): Promise<void> {
    this.#reports = task.reports;
    const { error } = (await this.step('prepare', task)) ?? { error: 'it ended' };
    if (error !== undefined) throw new Error(`${task.operation} could not be prepared: ${error}`);
  }

  /** What it says of a step; `undefined` if it ended before. */
  async step(name: 'prepare' | 'act' | 'again' | 'close', parameters: object = {}): Promise<Answer | undefined> {
    this.process.stdin?.write(`${JSON.stringify({ step: name, ...parameters })}\n`);
    const deadline = performance.now() + HANG_MS;
    for (;;) {
      const { hasEnded } = this;
      const answer = this.heard(name);
      if (answer !== undefined || hasEnded) return answer;
      if (performance.now() > deadline) throw new Error(`no answer to "${name}" within ${HANG_MS} ms`);
      await pause(1);
    }
  }

  /** What it has said of a step up to now. */
  heard(name: string): Answer | undefined {
    try {
      return answerSchema.parse(JSON.parse(fs.readlinkSync(path.join(this.#reports, name))));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }
}
