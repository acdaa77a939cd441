import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RunningServer, startServer } from '../../end-to-end/running-server.js';
import type { CommandStep, GuideStep } from './guide-page.js';
import { type GuideShell, openGuideShell } from './guide-shell.js';
import { asShown, isAsShown, withSizesOf } from './shown-output.js';

const IS_WRITING = process.env.WRITE_GUIDES === '1';

/** How long what a page shows may take where other processes are waited for; less where it is about to be written. */
const PATIENCE_MS = IS_WRITING ? 10_000 : 60_000;

/** What a page shows, where, and what came out instead. */
export interface Difference {
  readonly command: string;
  readonly shown: string;
  readonly shownAt: number;
  readonly printed: string;
}

/**
 * Does what a page says, from top to bottom, in a copy of the example project.
 *
 * @throws AssertionError where a tool answers otherwise than the page says
 */
export async function followGuide(steps: readonly GuideStep[]): Promise<readonly Difference[]> {
  await using shell = await openGuideShell();
  let server: RunningServer | undefined;
  const differences: Difference[] = [];
  try {
    for (const step of steps) {
      if (step.kind === 'command') {
        const printed = asShown(await runStep(step, shell), shell.places);
        const { command, output: shown, outputAt: shownAt } = step;
        if (!isAsShown(shown, printed)) differences.push({ command, shown, shownAt, printed });
        else if (IS_WRITING) differences.push({ command, shown, shownAt, printed: withSizesOf(printed, shown) });
      } else if (step.kind === 'configuration') {
        await writeFile(join(shell.root, 'snapdex.toml'), step.text);
        // Settings are read when a server starts.
        await server?.end();
        server = undefined;
      } else {
        server ??= await startServer('modern', ['--root', shell.root]);
        const { name, arguments: input } = JSON.parse(step.call);
        expect(await server.call(name, input), step.call).toMatchObject(expectedAnswer(step.answer));
      }
    }
  } finally {
    await server?.end();
  }
  return differences;
}

async function runStep({ command, output, mode }: CommandStep, shell: GuideShell): Promise<string> {
  if (mode === 'once') return shell.run(command);
  const look = mode === 'running' ? shell.start(command) : () => shell.run(command);
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const printed = await look();
    if (isAsShown(output, asShown(printed, shell.places)) || performance.now() > endMs) return printed;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Of an answer on a page, what can be compared: `"…"` stands for any text. */
function expectedAnswer(json: string): object {
  return JSON.parse(json, (_, value) => (value === '…' ? expect.any(String) : value));
}
