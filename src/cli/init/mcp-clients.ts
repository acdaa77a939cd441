import { posix, win32 } from 'node:path';

/** Whose configuration files these are: what decides where they lie. */
export interface Machine {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
}

/** `user` is for all projects of this user, `project` lies in the project and may be shared with it. */
export type Scope = 'user' | 'project';

/** A program that starts MCP servers, and how it is told to start one. */
export interface McpClient {
  readonly name: string;
  readonly title: string;
  /** `jsonc` is JSON in which the program takes comments and commas before a closing bracket. */
  readonly format: 'json' | 'jsonc' | 'toml';
  /** The keys that lead to the object which holds the servers by their names. */
  readonly serversAt: readonly string[];
  readonly userFile: (machine: Machine) => string;
  /** Relative to the project, with `/`; undefined if the program knows no such file. */
  readonly projectFile?: string;
  readonly defaultScope: Scope;
  /** Any of these files or folders says that the program is used here. */
  readonly traces: (machine: Machine) => readonly string[];
  /** What the program wants in an entry besides command and arguments. */
  readonly entryFields: { readonly [key: string]: string };
  /**
   * How a server that the user's file starts learns its project: the program starts it `inProject`, replaces
   * `workspaceVariable` by its path, or the path must be `written` into the file.
   */
  readonly rootFrom: 'inProject' | 'workspaceVariable' | 'written';
  /** What the user does to make the program read its file again. */
  readonly afterwards: string;
}

/** What VS Code and Cursor replace by the path of the open folder. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is a variable of theirs
export const WORKSPACE_VARIABLE = '${workspaceFolder}';

/** The programs that `snapdex init` knows. Places and forms are those of their own documentation. */
export const MCP_CLIENTS: readonly McpClient[] = [
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    format: 'json',
    serversAt: ['mcpServers'],
    userFile: (machine) => inApplicationData(machine, 'Claude', 'claude_desktop_config.json'),
    defaultScope: 'user',
    traces: (machine) => [inApplicationData(machine, 'Claude')],
    entryFields: {},
    rootFrom: 'written',
    afterwards: 'quit Claude Desktop and start it again',
  },
  {
    name: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    serversAt: ['mcpServers'],
    userFile: ({ environment, homeDirectory, platform }) =>
      pathsOf(platform).join(folderIn(environment.CLAUDE_CONFIG_DIR) ?? homeDirectory, '.claude.json'),
    projectFile: '.mcp.json',
    // Claude Code keeps its own state in the user's file and writes it all the time.
    defaultScope: 'project',
    traces: (machine) => [inHome(machine, '.claude.json'), inHome(machine, '.claude')],
    entryFields: { type: 'stdio' },
    rootFrom: 'inProject',
    afterwards: 'start Claude Code again in the project, and allow the server when it asks',
  },
  {
    name: 'cursor',
    title: 'Cursor',
    format: 'jsonc',
    serversAt: ['mcpServers'],
    userFile: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    projectFile: '.cursor/mcp.json',
    defaultScope: 'user',
    traces: (machine) => [inHome(machine, '.cursor')],
    entryFields: {},
    // Cursor starts the servers of the user's file in the home directory.
    rootFrom: 'workspaceVariable',
    afterwards: 'enable the server in Cursor’s settings, under MCP',
  },
  {
    name: 'vscode',
    title: 'VS Code',
    format: 'jsonc',
    serversAt: ['servers'],
    userFile: (machine) => inApplicationData(machine, 'Code', 'User', 'mcp.json'),
    projectFile: '.vscode/mcp.json',
    defaultScope: 'user',
    traces: (machine) => [inApplicationData(machine, 'Code', 'User'), inHome(machine, '.vscode')],
    entryFields: { type: 'stdio' },
    rootFrom: 'workspaceVariable',
    afterwards: 'run "MCP: List Servers" in VS Code and start the server',
  },
  {
    name: 'codex',
    title: 'Codex',
    format: 'toml',
    serversAt: ['mcp_servers'],
    userFile: (machine) => inCodexHome(machine, 'config.toml'),
    projectFile: '.codex/config.toml',
    defaultScope: 'user',
    traces: (machine) => [inCodexHome(machine)],
    entryFields: {},
    rootFrom: 'inProject',
    afterwards: 'start Codex again',
  },
  {
    name: 'zed',
    title: 'Zed',
    format: 'jsonc',
    serversAt: ['context_servers'],
    userFile: (machine) => inZedFolder(machine, 'settings.json'),
    projectFile: '.zed/settings.json',
    defaultScope: 'user',
    traces: (machine) => [inZedFolder(machine)],
    entryFields: { source: 'custom' },
    rootFrom: 'inProject',
    afterwards: 'it starts the server by itself',
  },
];

/** Where programs keep a user's settings: the folder that each platform has for it. */
function inApplicationData(machine: Machine, ...names: readonly string[]): string {
  const { environment, homeDirectory, platform } = machine;
  const { join } = pathsOf(platform);
  if (platform === 'darwin') return join(homeDirectory, 'Library', 'Application Support', ...names);
  if (platform === 'win32') {
    return join(folderIn(environment.APPDATA) ?? join(homeDirectory, 'AppData', 'Roaming'), ...names);
  }
  return join(folderIn(environment.XDG_CONFIG_HOME) ?? join(homeDirectory, '.config'), ...names);
}

function inHome({ homeDirectory, platform }: Machine, ...names: readonly string[]): string {
  return pathsOf(platform).join(homeDirectory, ...names);
}

function inCodexHome(machine: Machine, ...names: readonly string[]): string {
  const { environment, homeDirectory, platform } = machine;
  const { join } = pathsOf(platform);
  return join(folderIn(environment.CODEX_HOME) ?? join(homeDirectory, '.codex'), ...names);
}

/** Zed keeps its settings in `.config` on macOS too. */
function inZedFolder(machine: Machine, ...names: readonly string[]): string {
  if (machine.platform === 'darwin') return inHome(machine, '.config', 'zed', ...names);
  return inApplicationData(machine, machine.platform === 'win32' ? 'Zed' : 'zed', ...names);
}

function folderIn(variable: string | undefined): string | undefined {
  return variable === undefined || variable === '' ? undefined : variable;
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
