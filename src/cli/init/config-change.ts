import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { changedJson } from './changed-json.js';
import { changedToml } from './changed-toml.js';
import { readConfigFile } from './config-file.js';
import type { SetEntry } from './config-text.js';
import { type Machine, type McpClient, type Scope, WORKSPACE_VARIABLE } from './mcp-clients.js';
import { fieldsToSet } from './server-entry.js';
import { serverLaunch } from './server-launch.js';

/** What is to stand in which client's file. */
export interface ConfigRequest {
  readonly client: McpClient;
  readonly scope: Scope;
  readonly machine: Machine;
  /** The entry's name among the client's servers. */
  readonly name: string;
  /** The project. It is asked for only if the file or the entry depends on it. */
  readonly findRoot: () => Promise<string>;
  /** True if the person named the project, so that it is written down in any case. */
  readonly isRootNamed: boolean;
}

/** A change of a client's configuration file that nobody has made yet. */
export interface ConfigChange {
  readonly path: string;
  /** Undefined if there is no such file. */
  readonly before: string | undefined;
  /** The same as `before` if there is nothing to change. */
  readonly after: string;
  /** What differs, as a unified diff; empty if nothing does. */
  readonly diff: string;
}

/**
 * What must change in a client's file for it to start this snapdex.
 *
 * @throws ServerError `CONFIG_UNREADABLE`, `CONFIG_INVALID`; `USAGE` if the entry of that name is another project's
 */
export async function configChange(request: ConfigRequest): Promise<ConfigChange> {
  const { client, name } = request;
  const path = await fileOf(request);
  const before = readConfigFile(path);
  const mark = before?.startsWith('\uFEFF') === true ? '\uFEFF' : '';
  const file = { path, text: (before ?? '').slice(mark.length), serversAt: client.serversAt };
  const wanted = {
    name,
    launch: serverLaunch(),
    root: await rootFor(request),
    replacesRoot: request.isRootNamed,
    fields: client.entryFields,
  };
  const setEntry: SetEntry = { name, fields: (present) => fieldsToSet(wanted, present) };
  const changed =
    client.format === 'toml'
      ? changedToml(file, setEntry)
      : changedJson(file, { isStrict: client.format === 'json' }, setEntry);
  const after = mark + changed;
  return { path, before, after, diff: before === after ? '' : unifiedDiff(path, before ?? '', after) };
}

async function fileOf({ client, scope, machine, findRoot }: ConfigRequest): Promise<string> {
  if (scope === 'user' || client.projectFile === undefined) return client.userFile(machine);
  return join(await findRoot(), ...client.projectFile.split('/'));
}

async function rootFor({ client, findRoot, isRootNamed }: ConfigRequest): Promise<string | undefined> {
  if (isRootNamed || client.rootFrom === 'written') return findRoot();
  return client.rootFrom === 'workspaceVariable' ? WORKSPACE_VARIABLE : undefined;
}

/** Few lines around each change: the neighbours may hold other servers' keys. */
function unifiedDiff(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch('', '', before, after, undefined, undefined, { context: 2 });
  // The library would escape what is not ASCII in a name.
  return `--- ${path}\n+++ ${path}\n${patch.slice(patch.indexOf('@@ ')).trimEnd()}`;
}
