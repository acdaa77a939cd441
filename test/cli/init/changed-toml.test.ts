import { describe, expect, it } from 'vitest';
import { changedToml } from '../../../dist/cli/init/changed-toml.js';
import type { EntryFields } from '../../../dist/cli/init/server-entry.js';

const FIELDS: EntryFields = { command: 'node', args: ['main.js', 'serve'] };
const TABLE = '[mcp_servers.snapdex]\ncommand = "node"\nargs = [ "main.js", "serve" ]\n';

function changed(text: string, fields: EntryFields = FIELDS): string {
  const file = { path: 'config.toml', text, serversAt: ['mcp_servers'] };
  return changedToml(file, { name: 'snapdex', fields: () => fields });
}

describe('a TOML file with a new entry', () => {
  it('is made where there is none', () => expect(changed('')).toBe(TABLE));

  it('keeps every other character and ends with the entry', () => {
    const text = 'model = "o3" # best\n\n[mcp_servers.other] # first\nargs = [\n  "[mcp_servers.snapdex]",\n]\n';
    expect(changed(text)).toBe(`${text}\n${TABLE}`);
  });

  it('has the line ends of the file', () => {
    expect(changed('a = 1\r\n')).toBe(`a = 1\r\n\r\n${TABLE.replaceAll('\n', '\r\n')}`);
  });
});

describe('a TOML file that has the entry', () => {
  it('gets the fields that differ, and keeps the others where they are', () => {
    const text =
      '[ mcp_servers . "snapdex" ]\n# mine\nargs = [ # all\n  "x",\n]\ncommand = "old"\nstartup_timeout_sec = 9\n\n[after]\n';
    expect(changed(text)).toBe(
      '[ mcp_servers . "snapdex" ]\n# mine\nargs = [ "main.js", "serve" ]\ncommand = "node"\nstartup_timeout_sec = 9\n\n[after]\n',
    );
  });

  it('gets a field that it lacks, and none of another table', () => {
    const text = '[mcp_servers.snapdex]\ncommand = "node"\n\n[mcp_servers.other]\nargs = ["x"]\n';
    expect(changed(text, { args: ['serve'] })).toBe(text.replace('snapdex]\n', 'snapdex]\nargs = [ "serve" ]\n'));
  });

  it('stays as it is if nothing differs', () => expect(changed(TABLE, {})).toBe(TABLE));
});

describe('a TOML file that cannot be changed', () => {
  it.each([
    ['a = 1\nb = \n', /^config\.toml:2:\d+: is not TOML/],
    ['mcp_servers = 3\n', /^config\.toml: mcp_servers: expected an object, found 3$/],
    ['mcp_servers = { other = {} }\n', /^config\.toml: mcp_servers: is written in a way that init cannot edit$/],
    ['[mcp_servers]\nsnapdex = { command = "x" }\n', /is written in a way that init cannot edit$/],
  ])('%j is refused with its place', (text, message) => {
    expect(() => changed(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });
});
