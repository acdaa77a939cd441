import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cleanEnvironment, exitOf, SNAPDEX } from './temporary-project.js';

/** Why a test that needs a terminal cannot run here; `undefined` if it can. */
export const WHY_NO_TERMINAL: string | undefined =
  spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0
    ? undefined
    : 'skipped: script of util-linux, which makes a terminal, is not here';

/** Ctrl-C as a keyboard sends it. */
export const INTERRUPT = '\u0003';

/** A command whose input and output are one terminal, as somebody sees it who sits there. */
export interface OnTerminal {
  /** What the screen was sent so far. */
  shown(): string;
  type(text: string): void;
  /** Waits until that is shown, however often it was before. */
  until(wanted: string | RegExp): Promise<void>;
  /** The exit code. */
  end(): Promise<number | null>;
}

/** Runs the built command on a terminal of 100 columns. */
export function onTerminal(
  words: readonly string[],
  {
    environment = {},
    cwd = '/',
  }: { readonly environment?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): OnTerminal {
  const { NO_COLOR: _, ...inherited } = cleanEnvironment();
  const quoted = [process.execPath, SNAPDEX, ...words].map((word) => `'${word}'`).join(' ');
  const child: ChildProcessWithoutNullStreams = spawn(
    'script',
    ['-qfec', `stty cols 100 rows 30; exec ${quoted}`, '/dev/null'],
    { cwd, env: { ...inherited, SHELL: '/bin/sh', TERM: 'xterm-256color', ...environment } },
  );
  let text = '';
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  child.on('exit', () => look());
  return {
    shown: () => text,
    type: (typed) => void child.stdin.write(typed),
    until: (wanted) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) resolve();
          else if (child.exitCode !== null) reject(new Error(`ended with ${child.exitCode} before ${wanted}: ${text}`));
        };
        look();
      }),
    end: () => exitOf(child),
  };
}
