import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, exitOf, SNAPDEX } from '../../cli/temporary-project.js';
import { freePort } from './free-port.js';
import type { Places } from './shown-output.js';

/** A shell in a copy of the example project, in a home directory of its own, with `snapdex` on its path. */
export interface GuideShell extends AsyncDisposable {
  readonly places: Places;
  /** The project. */
  readonly root: string;
  /** What the command prints on both outputs, in the shell that all commands share. */
  run(command: string): Promise<string>;
  /** Starts a command that goes on until the shell is disposed of; tells what it has printed so far. */
  start(command: string): () => string;
}

/** Says that a command has ended. No page holds it. */
const END = '\u001e';

export async function openGuideShell(): Promise<GuideShell> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'snapdex-guide-')));
  const home = join(folder, 'me');
  const root = join(home, 'brewery');
  // Not the index that somebody may have made there.
  await cp('docs/guides/example', root, { recursive: true, filter: (path) => !path.includes('.snapdex') });
  await mkdir(join(folder, 'bin'));
  const command = `#!/bin/sh\nexec '${process.execPath}' '${SNAPDEX}' "$@"\n`;
  await writeFile(join(folder, 'bin/snapdex'), command, { mode: 0o755 });
  const { PATH = '' } = process.env;
  const environment = { ...cleanEnvironment(), HOME: home, PATH: `${join(folder, 'bin')}${delimiter}${PATH}` };
  const places = { home, port: await freePort() };

  const bash = () => spawn('bash', ['--noprofile', '--norc'], { cwd: root, env: environment, detached: true });
  const children = [bash()];
  const [shell] = children;
  if (shell === undefined) throw new Error('no shell');
  let said = '';
  shell.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const inPlace = (command: string) => command.replaceAll('/home/me', home).replaceAll('7331', String(places.port));
  return {
    places,
    root,
    async run(command) {
      said = '';
      shell.stdin.write(`{ ${inPlace(command)}\n} 2>&1 </dev/null; code=$?; printf '${END}'; (exit $code)\n`);
      while (!said.includes(END)) {
        if (shell.exitCode !== null) throw new Error(`the shell ended at: ${command}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return said.slice(0, said.indexOf(END));
    },
    start(command) {
      const child = bash();
      children.push(child);
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          printed += String(chunk);
        });
      // The input stays open: a server on standard input ends with it.
      child.stdin.write(`exec ${inPlace(command)}\n`);
      return () => printed;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        child.stdin.end();
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
          process.kill(-child.pid, 'SIGTERM');
      }
      await Promise.all(children.map(exitOf));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
