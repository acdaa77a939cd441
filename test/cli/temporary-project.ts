import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command. */
export const SNAPDEX: string = fileURLToPath(new URL('../../dist/bundle/snapdex.js', import.meta.url));

/** Documents with links between them, a table, code, and a word (`zymurgy`) that only one of them holds. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  'README.md': '# Brewery\n\nStart with the [guide](docs/guide.md#mashing).\n',
  'docs/guide.md':
    '---\ntitle: Brewing guide\n---\n\n# Brewing guide\n\n## Mashing\n\nMash the malt at 66 degrees.\n\n## Boiling\n\nCall `boilWort()` for an hour. See [yeast](yeast.md).\n',
  'docs/yeast.md': '# Yeast\n\nThe art of zymurgy: pitch the yeast when the wort is cool. See [nothing](missing.md).\n',
  'docs/größe und maß.md': '# Größe und Maß\n\nLiter, Hektoliter und Stammwürze.\n',
};

/** A project in a temporary folder. */
export interface TemporaryProject extends AsyncDisposable {
  readonly root: string;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function temporaryProject(
  documents: Readonly<Record<string, string>> = DOCUMENTS,
): Promise<TemporaryProject> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'snapdex-cli-')));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries(documents)) await write(path, text);
  return {
    root,
    write,
    remove: (path) => rm(join(root, path)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs, and what its environment and Node's own command line hold besides. */
interface Surroundings {
  readonly cwd?: string;
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the built command in its own process and waits for its end. */
export async function snapdex(words: readonly string[], options: Surroundings = {}): Promise<Outcome> {
  const { cwd = tmpdir(), environment = {}, nodeOptions = [] } = options;
  return outcomeOf([...nodeOptions, SNAPDEX, ...words], { cwd, env: { ...cleanEnvironment(), ...environment } });
}

/** As {@link snapdex}, as a user who owns nothing here. Only root can start it. */
export async function snapdexAsNobody(words: readonly string[]): Promise<Outcome> {
  const env = { ...cleanEnvironment(), HOME: '/nonexistent', XDG_CONFIG_HOME: '' };
  return outcomeOf([SNAPDEX, ...words], { cwd: '/', env, uid: 65_534, gid: 65_534 });
}

async function outcomeOf(words: readonly string[], options: SpawnOptions): Promise<Outcome> {
  const child = spawn(process.execPath, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = textOf(child.stdout);
  const stderr = textOf(child.stderr);
  const code = await exitOf(child);
  return { code, stdout: await stdout, stderr: await stderr };
}

/** The answer of a command that must succeed, as `--json` prints it. */
export async function json(words: readonly string[]): Promise<object> {
  const { code, stdout, stderr } = await snapdex([...words, '--json']);
  if (code !== 0) throw new Error(`snapdex ${words.join(' ')}: exit ${code}: ${stderr}`);
  const answer: unknown = JSON.parse(stdout);
  if (typeof answer !== 'object' || answer === null) throw new Error(`not an object: ${stdout}`);
  return answer;
}

/** A temporary project with an index. */
export async function indexedProject(): ReturnType<typeof temporaryProject> {
  const project = await temporaryProject();
  await json(['index', '--root', project.root]);
  return project;
}

/** A number in an answer. */
export function numberIn(answer: object, field: string): number {
  return Number(Reflect.get(answer, field));
}

/** This process's environment without settings of ours. */
export function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('SNAPDEX_'),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

/** The exit code of a process, once it has ended; null if a signal ended it. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** All that a stream says until it ends. */
export async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
