import { describe, expect, it } from 'vitest';
import { fieldsToSet, type WantedEntry } from '../../../dist/cli/init/server-entry.js';

const WANTED: WantedEntry = {
  name: 'snapdex',
  launch: { command: 'node', args: ['main.js'] },
  root: '/srv/a',
  replacesRoot: false,
  fields: { type: 'stdio' },
};

describe('an entry for the server', () => {
  it('has command, arguments and what the client wants', () => {
    expect(fieldsToSet(WANTED, undefined)).toEqual({
      type: 'stdio',
      command: 'node',
      args: ['main.js', 'serve', '--root', '/srv/a'],
    });
  });

  it('that is right already gets nothing', () => {
    expect(fieldsToSet(WANTED, { ...fieldsToSet(WANTED, undefined), env: {} })).toEqual({});
  });

  it('keeps the options of ours that the user gave it', () => {
    const present = { type: 'stdio', command: 'old', args: ['old.js', 'serve', '--embedder', 'http', '--root=/srv/a'] };
    expect(fieldsToSet(WANTED, present)).toEqual({
      command: 'node',
      args: ['main.js', 'serve', '--embedder', 'http', '--root=/srv/a'],
    });
  });

  it('of another project stays that project’s, unless the person names this one', () => {
    const present = { args: ['main.js', 'serve', '--root', '/srv/b'] };
    expect(() => fieldsToSet(WANTED, present)).toThrow('serves /srv/b already');
    expect(fieldsToSet({ ...WANTED, replacesRoot: true }, present)).toMatchObject({
      args: ['main.js', 'serve', '--root', '/srv/a'],
    });
  });
});
