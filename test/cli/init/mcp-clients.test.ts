import { describe, expect, it } from 'vitest';
import { type Machine, MCP_CLIENTS } from '../../../dist/cli/init/mcp-clients.js';

const LINUX: Machine = { environment: {}, homeDirectory: '/home/a', platform: 'linux' };
const MAC: Machine = { environment: {}, homeDirectory: '/Users/a', platform: 'darwin' };
const WINDOWS: Machine = {
  environment: { APPDATA: 'C:\\Users\\a\\AppData\\Roaming' },
  homeDirectory: 'C:\\Users\\a',
  platform: 'win32',
};

function userFile(name: string, machine: Machine): string | undefined {
  return MCP_CLIENTS.find((client) => client.name === name)?.userFile(machine);
}

describe('the user’s configuration file', () => {
  it.each([
    ['claude-desktop', '/home/a/.config/Claude/claude_desktop_config.json'],
    ['claude-code', '/home/a/.claude.json'],
    ['cursor', '/home/a/.cursor/mcp.json'],
    ['vscode', '/home/a/.config/Code/User/mcp.json'],
    ['codex', '/home/a/.codex/config.toml'],
    ['zed', '/home/a/.config/zed/settings.json'],
  ])('of %s on Linux is %s', (name, path) => expect(userFile(name, LINUX)).toBe(path));

  it.each([
    ['claude-desktop', '/Users/a/Library/Application Support/Claude/claude_desktop_config.json'],
    ['vscode', '/Users/a/Library/Application Support/Code/User/mcp.json'],
    ['zed', '/Users/a/.config/zed/settings.json'],
  ])('of %s on macOS is %s', (name, path) => expect(userFile(name, MAC)).toBe(path));

  it.each([
    ['claude-desktop', 'C:\\Users\\a\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
    ['claude-code', 'C:\\Users\\a\\.claude.json'],
    ['cursor', 'C:\\Users\\a\\.cursor\\mcp.json'],
    ['vscode', 'C:\\Users\\a\\AppData\\Roaming\\Code\\User\\mcp.json'],
    ['codex', 'C:\\Users\\a\\.codex\\config.toml'],
    ['zed', 'C:\\Users\\a\\AppData\\Roaming\\Zed\\settings.json'],
  ])('of %s on Windows is %s', (name, path) => expect(userFile(name, WINDOWS)).toBe(path));

  it.each([
    ['claude-code', 'CLAUDE_CONFIG_DIR', '/srv/x/.claude.json'],
    ['codex', 'CODEX_HOME', '/srv/x/config.toml'],
    ['zed', 'XDG_CONFIG_HOME', '/srv/x/zed/settings.json'],
  ])('of %s follows %s', (name, variable, path) => {
    expect(userFile(name, { ...LINUX, environment: { [variable]: '/srv/x' } })).toBe(path);
  });
});
