import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { ServerError } from '../../server/index.js';
import { confirm, isAnybodyThere } from '../confirm.js';
import { EXIT_FAILED, exitCodeFor } from '../exit-codes.js';
import { printFailure } from '../failure.js';
import { type ConfigChange, configChange } from '../init/config-change.js';
import { replaceConfigFile } from '../init/config-file.js';
import { type Machine, MCP_CLIENTS, type McpClient, type Scope } from '../init/mcp-clients.js';
import { printAnswer } from '../print-answer.js';
import { projectConfiguration } from '../project-configuration.js';
import { addRootAndJson } from '../project-options.js';
import { stderrStyle, stdoutStyle } from '../style.js';

interface InitOptions {
  readonly root?: string;
  readonly json?: boolean;
  readonly scope?: Scope;
  readonly name: string;
  readonly yes?: boolean;
  readonly print?: boolean;
}

/** What became of one client's file, as `--json` prints it. */
interface InitChange {
  readonly client: string;
  readonly path: string;
  readonly server: string;
  readonly change: 'add' | 'update' | 'none';
  readonly written: boolean;
  /** Where the file as it was is kept; `null` if there was none or nothing was written. */
  readonly backup: string | null;
  readonly diff: string;
}

/** `snapdex init [client]`: adds the server to the configuration of programs that start MCP servers. */
export function initCommand(): Command {
  const command = new Command('init')
    .description(
      'Add snapdex to the configuration of an assistant: shows the change, and writes it if you agree. What else the ' +
        'file says stays as it is, and a copy of it is kept. Without a client, asks for each one that is found here.',
    )
    .addArgument(new Argument('[client]', 'which assistant').choices(MCP_CLIENTS.map(({ name }) => name)))
    .addOption(
      new Option('--scope <scope>', 'the file for all projects of this user, or the one in the project').choices([
        'user',
        'project',
      ]),
    )
    .option('--name <name>', 'what the server is called there', 'snapdex')
    .option('-y, --yes', 'write it without asking')
    .addOption(new Option('--print', 'only show the change').conflicts('yes'));
  return addRootAndJson(command).action(async (name: string | undefined, options: InitOptions) => {
    const machine: Machine = { environment: process.env, homeDirectory: homedir(), platform: process.platform };
    const clients = MCP_CLIENTS.filter((client) =>
      name === undefined ? isUsedHere(client, machine) : client.name === name,
    );
    if (clients.length === 0) throw noClient();
    const changes: InitChange[] = [];
    for (const client of clients) {
      const change = await initClient(client, options, machine).catch((error: unknown) => {
        printFailure(error, { isJson: options.json === true });
        process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodeFor(error));
      });
      if (change !== undefined) changes.push(change);
    }
    if (options.json === true && changes.length > 0) process.stdout.write(`${JSON.stringify({ changes })}\n`);
    const isLeft = changes.some(({ change, written }) => change !== 'none' && !written);
    if (isLeft && !isAnybodyThere()) {
      if (options.json !== true) {
        process.stderr.write(`${stderrStyle('yellow', 'note:')} nothing was written; --yes writes it\n`);
      }
      if (options.print !== true) process.exitCode = EXIT_FAILED;
    }
  });
}

function isUsedHere(client: McpClient, machine: Machine): boolean {
  return client.traces(machine).some((path) => existsSync(path));
}

function noClient(): ServerError {
  return new ServerError('USAGE', 'no assistant was found on this machine', {
    remedy: `Name one: snapdex init ${MCP_CLIENTS.map(({ name }) => name).join(' | ')}`,
    isCommandLine: true,
  });
}

async function initClient(client: McpClient, options: InitOptions, machine: Machine): Promise<InitChange> {
  const { root, json, scope = client.defaultScope, name } = options;
  if (scope === 'project' && client.projectFile === undefined) throw noProjectFile(client);
  const change = await configChange({
    client,
    scope,
    machine,
    name,
    findRoot: async () => (await projectConfiguration({ ...(root === undefined ? {} : { root }) })).root,
    isRootNamed: root !== undefined,
  });
  const isJson = json === true;
  const outcome = { client: client.name, path: change.path, server: name, change: kindOf(change), diff: change.diff };
  if (!isJson) printAnswer(outcome, { isJson, render: renderChange });
  if (outcome.change === 'none' || !(await isAgreed(client, change, options))) {
    return { ...outcome, written: false, backup: null };
  }
  const backup = await replaceConfigFile(change.path, change);
  if (!isJson) sayWritten(client, backup);
  return { ...outcome, written: true, backup: backup ?? null };
}

function noProjectFile({ title }: McpClient): ServerError {
  return new ServerError('USAGE', `--scope project: ${title} knows no configuration in a project`, {
    remedy: 'Leave --scope out.',
    isCommandLine: true,
  });
}

function kindOf({ before, after }: ConfigChange): InitChange['change'] {
  if (before === after) return 'none';
  return before === undefined || !removesLines(before, after) ? 'add' : 'update';
}

/** True if a line of `before` is missing from `after`, but for a comma that a new neighbour needs. */
function removesLines(before: string, after: string): boolean {
  const lines = new Set(after.split(/\r?\n/u).map((line) => line.replace(/,$/u, '')));
  return before.split(/\r?\n/u).some((line) => !lines.has(line.replace(/,$/u, '')));
}

async function isAgreed(client: McpClient, { path }: ConfigChange, options: InitOptions): Promise<boolean> {
  if (options.yes === true) return true;
  if (options.print === true || options.json === true || !isAnybodyThere()) return false;
  if (await confirm(`Write this to the configuration of ${client.title} (${path})?`)) return true;
  process.stderr.write('nothing was changed\n');
  process.exitCode = EXIT_FAILED;
  return false;
}

function renderChange({ client, path, change, diff }: Omit<InitChange, 'written' | 'backup'>): string {
  if (change === 'none') return `${client}: ${path} starts this snapdex already`;
  return diff.split('\n').map(renderDiffLine).join('\n');
}

function renderDiffLine(line: string): string {
  if (/^(?:---|\+\+\+) /u.test(line)) return stdoutStyle('bold', line);
  if (line.startsWith('@@')) return stdoutStyle('cyan', line);
  if (line.startsWith('+')) return stdoutStyle('green', line);
  return line.startsWith('-') ? stdoutStyle('red', line) : line;
}

function sayWritten({ title, afterwards }: McpClient, backup: string | undefined): void {
  const kept = backup === undefined ? '' : `; the file as it was is in ${backup}`;
  printAnswer({ text: `written${kept}` }, { isJson: false, render: ({ text }) => text });
  process.stdout.write(`${stdoutStyle('green', title)}: ${afterwards}\n`);
}
