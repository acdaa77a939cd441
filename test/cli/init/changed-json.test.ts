import { describe, expect, it } from 'vitest';
import { changedJson } from '../../../dist/cli/init/changed-json.js';
import type { EntryFields } from '../../../dist/cli/init/server-entry.js';

const FIELDS: EntryFields = { command: 'node', args: ['main.js', 'serve'] };

function changed(text: string, { isStrict = false, fields = FIELDS } = {}): string {
  const file = { path: 'mcp.json', text, serversAt: ['servers'] };
  return changedJson(file, { isStrict }, { name: 'snapdex', fields: () => fields });
}

const added = (indentation: string, eol = '\n'): string =>
  ['"snapdex": {', '\t"command": "node",', '\t"args": [', '\t\t"main.js",', '\t\t"serve"', '\t]', '}']
    .map((line) => line.replaceAll('\t', '  '))
    .join(`${eol}${indentation}`);

describe('a JSON file with a new entry', () => {
  it('is made where there is none', () => {
    expect(JSON.parse(changed(''))).toEqual({ servers: { snapdex: FIELDS } });
    expect(changed('')).toBe(`{\n  "servers": {\n    ${added('    ')}\n  }\n}\n`);
  });

  it('keeps every other character: comments, commas before a bracket, one-line objects', () => {
    const head = '// mine\n{\n  "servers": { // all of them\n';
    const tail = '    "other": { "command": "x", }, // the other\n  },\n  "inputs": [],\n}\n';
    expect(changed(head + tail)).toBe(`${head}    ${added('    ')},\n${tail}`);
  });

  it('stands behind the last one where that moves nothing', () => {
    const text = '{\n  "servers": {\n    "other": {}\n  }\n}\n';
    expect(changed(text)).toBe(`{\n  "servers": {\n    "other": {},\n    ${added('    ')}\n  }\n}\n`);
  });

  it('has the indentation and the line ends of the file', () => {
    expect(changed('{\r\n\t"a": 1\r\n}\r\n')).toBe(
      `{\r\n\t"a": 1,\r\n\t"servers": {\r\n\t\t${added('\t\t', '\r\n').replaceAll('  ', '\t')}\r\n\t}\r\n}\r\n`,
    );
  });

  it('gets an indentation if it was one line', () => {
    const text = '{"servers":{"other":{"command":"x"}}, /* mine */ "inputs":[]}\n';
    const other = '"other": {\n      "command": "x"\n    }';
    expect(changed(text)).toBe(
      `{\n  "servers": {\n    ${other},\n    ${added('    ')}\n  }, /* mine */\n  "inputs": []\n}\n`,
    );
    expect(changed('{"servers":{}}')).toBe(changed('').trimEnd());
  });

  it('has the entry in the line of the others, if they have one line among several', () => {
    const text = '{\n  "servers": { "other": {} },\n  "inputs": []\n}\n';
    const entry = '"snapdex": { "command": "node", "args": ["main.js", "serve"] }';
    expect(changed(text)).toBe(`{\n  "servers": { "other": {}, ${entry} },\n  "inputs": []\n}\n`);
  });

  it('keeps a comment in an object that is empty but for it', () => {
    const text = '{\n  "servers": {\n    // none yet\n  }\n}\n';
    expect(changed(text)).toContain('\n    // none yet\n  }');
  });
});

describe('a JSON file that has the entry', () => {
  const text = '{"servers": {"snapdex": {"command": "old", /* keep */ "env": {"A": "1"}, "args": ["x"]}}}';

  it('gets the fields that differ, and keeps the others where they are', () => {
    expect(changed(text)).toBe(
      '{"servers": {"snapdex": {"command": "node", /* keep */ "env": {"A": "1"}, "args": ["main.js", "serve"]}}}',
    );
  });

  it('stays as it is if nothing differs', () => expect(changed(text, { fields: {} })).toBe(text));
});

describe('a JSON file that cannot be changed', () => {
  it.each([
    ['{\n  "servers": {\n    "a" 1\n  }\n}', 'mcp.json:3:9: is not JSON: colon expected'],
    ['[]', 'mcp.json: expected an object, found []'],
    ['{"servers": 3}', 'mcp.json: servers: expected an object, found 3'],
    ['{"servers": {}, "servers": {"b": {}}}', 'mcp.json: servers: is written in a way that init cannot edit'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => changed(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
  });

  it('may not have comments if the client takes none', () => {
    expect(() => changed('{\n  // mine\n}', { isStrict: true })).toThrow('mcp.json:2:3: is not JSON');
  });
});
