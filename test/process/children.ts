/** Child processes of a test, and what they say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A process that runs one of the scripts beside this file. */
export interface Child {
  readonly process: ChildProcess;
  /** What it wrote to its standard output; `undefined` if a signal ended it. @throws if it failed. */
  readonly output: Promise<string | undefined>;
}

export function run(script: string, ...parameters: readonly string[]): Child {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (piece) => (output += String(piece)));
  child.stderr.on('data', (piece) => (complaint += String(piece)));
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined);
      else if (code === 0) resolve(output);
      else reject(new Error(`${script} ended with ${code ?? signal}: ${complaint}`));
    });
  });
  // Whoever waits late still gets it; until then it is not unhandled.
  ended.catch(() => {});
  return { process: child, output: ended };
}

const countUpSchema = z.object({
  commits: z.number(),
  rebases: z.number(),
  longestMs: z.number(),
  medianMs: z.number(),
  startedMs: z.number(),
  endedMs: z.number(),
  cpuMs: z.number(),
});

/** What `count-up.mjs` says at its end. */
export type CountUpSummary = z.infer<typeof countUpSchema>;

export function parseCountUp(output: string | undefined): CountUpSummary {
  return countUpSchema.parse(JSON.parse(output ?? 'null'));
}

const readStampsSchema = z.object({
  reads: z.number(),
  mixed: z.number(),
  backwards: z.number(),
  errors: z.array(z.string()),
  expired: z.number(),
});

/** What `read-stamps.mjs` says at its end. */
export type ReadStampsSummary = z.infer<typeof readStampsSchema>;

export function parseReadStamps(output: string | undefined): ReadStampsSummary {
  return readStampsSchema.parse(JSON.parse(output ?? 'null'));
}

/** The whole measure where SNAPDEX_FULL=1, a smaller one elsewhere. */
export function measure(full: number, small: number): number {
  return process.env.SNAPDEX_FULL === '1' ? full : small;
}

export const FULL_TIMEOUT_MS = 1_800_000;
