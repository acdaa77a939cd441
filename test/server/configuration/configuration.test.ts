import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConfigurationRequest } from '../../../dist/server/configuration/index.js';
import { homeWith, type Scene } from './home-with-project.js';

const withProjectFile = (toml: string): Scene => homeWith({ 'project/snapdex.toml': toml });
const invalid = (parts: { readonly message?: unknown; readonly remedy?: unknown }) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', ...parts });

test('without files, variables and flags every setting has its default', () => {
  const { root, load } = homeWith();
  expect(load()).toMatchObject({
    root,
    rootSource: '.git',
    files: [],
    warnings: [],
    indexPath: join(root, '.snapdex'),
    documentsPath: ['.'],
    recursive: true,
    exclude: [],
    coordinationMode: 'file_lock',
    lockTimeoutMs: 5_000,
    reconciliationIntervalMs: 3_600_000,
    debounceMs: 500,
    maximumFileBytes: 10_485_760,
    keepGenerations: 32,
    minimumAgeMs: 10_000,
    maximumTotalBytes: undefined,
    host: '127.0.0.1',
    port: undefined,
    allowedHosts: [],
    tokenFile: undefined,
  });
  expect(new Set(Object.values(load().sources))).toEqual(new Set(['default']));
});

test('a flag that is no setting is refused, with the one that was probably meant', () => {
  const { load } = homeWith();
  const flags: object = { debounce: 1 };
  expect(() => load({ flags })).toThrow(
    invalid({ message: 'flags: "debounce" is not a setting of snapdex', remedy: 'Did you mean debounceMs?' }),
  );
});

test('a file sets every key, times in seconds', () => {
  const { root, load } = withProjectFile(`
    [indexing]
    documents_path = ["docs", "notes/"]
    index_path = "build/index"
    recursive = false
    include = "**/*.md"
    exclude = ["**/drafts/**"]
    coordination_mode = "none"
    lock_timeout_seconds = 1.5
    reconciliation_interval_seconds = 60
    debounce_window_seconds = 0.25
    maximum_file_bytes = 1000
    [store]
    keep_generations = 5
    minimum_age_seconds = 0
    maximum_total_bytes = "1.5 GB"
    [server]
    host = "localhost"
    port = 8080
  `);
  expect(load()).toMatchObject({
    documentsPath: ['docs', 'notes'],
    indexPath: join(root, 'build/index'),
    recursive: false,
    include: ['**/*.md'],
    exclude: ['**/drafts/**'],
    coordinationMode: 'none',
    lockTimeoutMs: 1_500,
    reconciliationIntervalMs: 60_000,
    debounceMs: 250,
    maximumFileBytes: 1_000,
    keepGenerations: 5,
    minimumAgeMs: 0,
    maximumTotalBytes: 1_500_000_000,
    host: 'localhost',
    port: 8080,
    files: [join(root, 'snapdex.toml')],
  });
});

describe('order', () => {
  const user = { '.config/snapdex/snapdex.toml': '[indexing]\nlock_timeout_seconds = 1' };
  const project = { 'project/snapdex.toml': '[indexing]\nlock_timeout_seconds = 2' };
  const environment = { SNAPDEX_LOCK_TIMEOUT_SECONDS: '3' };
  const flags = { lockTimeoutMs: 4_000 };

  test('project wins over user, environment over project, flags over all, and each value knows its source', () => {
    const { home, load } = homeWith({ ...user, ...project });
    const told = (request?: Partial<ConfigurationRequest>) => [
      load(request).lockTimeoutMs,
      load(request).sources.lockTimeoutMs,
    ];
    expect(homeWith(user).load().lockTimeoutMs).toBe(1_000);
    expect(told()).toEqual([2_000, join(home, 'project/snapdex.toml')]);
    expect(told({ environment })).toEqual([3_000, 'SNAPDEX_LOCK_TIMEOUT_SECONDS']);
    expect(told({ environment, flags })).toEqual([4_000, '--lock-timeout']);
  });

  test('a bad value is refused although a stronger one replaces it', () => {
    const { load } = withProjectFile('[indexing]\nlock_timeout_seconds = -1');
    expect(() => load({ flags })).toThrow(invalid({}));
  });

  test('keys that the project does not set are taken from the user', () => {
    const { load } = homeWith({ ...user, 'project/snapdex.toml': '[store]\nkeep_generations = 3' });
    expect(load()).toMatchObject({ lockTimeoutMs: 1_000, keepGenerations: 3 });
  });
});

test('the user file is looked for where the platform keeps configuration', () => {
  const toml = '[store]\nkeep_generations = 7';
  const { home, load } = homeWith({
    'xdg/snapdex/snapdex.toml': toml,
    'Library/Application Support/snapdex/snapdex.toml': toml,
    'roaming/snapdex/snapdex.toml': toml,
  });
  expect(load({ environment: { XDG_CONFIG_HOME: join(home, 'xdg') } }).keepGenerations).toBe(7);
  expect(load({ platform: 'darwin' }).keepGenerations).toBe(7);
  expect(load({ platform: 'win32', environment: { APPDATA: join(home, 'roaming') } }).keepGenerations).toBe(7);
  expect(load({ environment: { XDG_CONFIG_HOME: 'xdg' } }).keepGenerations).toBe(32);
});

test.each([
  ['4096', 4096],
  ['500MB', 500_000_000],
  ['2 GiB', 2 * 1024 ** 3],
  ['0.5kb', 500],
])('a size is written as %s', (text, bytes) => {
  expect(homeWith().load({ environment: { SNAPDEX_MAXIMUM_TOTAL_BYTES: text } }).maximumTotalBytes).toBe(bytes);
  expect(homeWith().load({ flags: { maximumTotalBytes: text } }).maximumTotalBytes).toBe(bytes);
});

describe('environment', () => {
  test('lists are separated by semicolons, booleans are words, an empty variable is none', () => {
    const environment = {
      SNAPDEX_INCLUDE: '**/*.{md,mdx}; *.markdown',
      SNAPDEX_RECURSIVE: 'Off',
      SNAPDEX_PORT: '0',
      SNAPDEX_EXCLUDE: ' ',
    };
    expect(homeWith().load({ environment })).toMatchObject({
      include: ['**/*.{md,mdx}', '*.markdown'],
      recursive: false,
      port: 0,
      exclude: [],
    });
  });

  test('a bad value names the variable, the key, the value and what is allowed', () => {
    expect(() => homeWith().load({ environment: { SNAPDEX_RECURSIVE: 'maybe' } })).toThrow(
      invalid({ message: 'SNAPDEX_RECURSIVE: expected true or false, found "maybe"' }),
    );
  });

  test("who may connect is the user's to say, in their own file, the environment or flags", () => {
    const toml = '[server]\nhost = "::"\nallowed_hosts = "Docs.Example.com"\ntoken_file = "~/token"\n';
    const { home, load } = homeWith({ '.config/snapdex/snapdex.toml': toml });
    expect(load()).toMatchObject({
      host: '::',
      allowedHosts: ['docs.example.com'],
      tokenFile: join(home, 'token'),
      warnings: [],
    });
    const environment = { SNAPDEX_ALLOWED_HOSTS: 'a.example; b.example', SNAPDEX_TOKEN: 'x' };
    expect(load({ environment, flags: { host: '127.0.0.2' } })).toMatchObject({
      host: '127.0.0.2',
      allowedHosts: ['a.example', 'b.example'],
      warnings: [],
    });
  });

  test('a misspelled variable is a warning with the right one', () => {
    expect(homeWith().load({ environment: { SNAPDEX_INDEXPATH: 'x' } }).warnings).toEqual([
      expect.objectContaining({ code: 'UNKNOWN_VARIABLE', remedy: 'Did you mean SNAPDEX_INDEX_PATH?' }),
    ]);
  });

  test.each(['SNAPDEX_FOO', 'SNAPDEX_LOG', 'SNAPDEX_'])(
    '%s, which is like none, is a warning without a guess',
    (name) => {
      expect(homeWith().load({ environment: { [name]: '1' } }).warnings).toEqual([
        expect.objectContaining({ code: 'UNKNOWN_VARIABLE', remedy: 'Remove it; docs/configuration.md lists all.' }),
      ]);
    },
  );
});

test.each(['snapdex.yaml', 'snapdex.yml'])('%s is not read, which is a warning where there is no TOML', (name) => {
  const { root, load } = withProjectFile('');
  writeFileSync(join(root, name), 'store:\n  keep_generations: 5\n');
  expect(load()).toMatchObject({ keepGenerations: 32, warnings: [] });
  rmSync(join(root, 'snapdex.toml'));
  expect(load().warnings).toMatchObject([{ code: 'CONFIG_NOT_READ', message: expect.stringContaining(name) }]);
});

describe('what is refused', () => {
  test.each([
    ['[indexing]\nlock_timeout_seconds = "5"', 'lock_timeout_seconds: expected seconds, 0.1 to 3600, found "5"'],
    ['[indexing]\ndebounce_window_seconds = nan', 'debounce_window_seconds: expected seconds'],
    ['[indexing]\nmaximum_file_bytes = 1.5', 'maximum_file_bytes: expected a whole number'],
    ['[indexing]\ninclude = []', 'include: expected one or more valid glob patterns, found []'],
    ['[indexing]\ninclude = ["*.{md"]', 'include: expected one or more valid glob patterns, found ["*.{md"]'],
    ['[indexing]\nexclude = [1]', 'exclude: expected a list of valid glob patterns, found [1]'],
    ['[indexing]\nrecursive = 1', 'recursive: expected true or false, found 1'],
    ['[indexing]\ncoordination_mode = "lock"', 'coordination_mode: expected "file_lock" or "none", found "lock"'],
    ['[store]\nmaximum_total_bytes = "much"', 'maximum_total_bytes: expected a whole number of bytes of at least 1'],
    ['[store]\nmaximum_total_bytes = 0', 'maximum_total_bytes: expected a whole number of bytes of at least 1'],
    ['[server]\nport = 65536', 'port: expected a whole number, 0 to 65535, found 65536'],
    ['[server]\nhost = "example.com"', 'host: expected "localhost" or an IP address of this machine'],
    ['[server]\nallowed_hosts = ["http://a.example"]', 'allowed_hosts: expected host names without scheme and port'],
    ['[server]\nhost = "0.0.0.0"', 'host: a project may not open the server to other machines'],
    ['[server]\nallowed_hosts = ["a.example"]', 'allowed_hosts: a project may not open the server to other names'],
    ['[server]\ntoken_file = "token"', 'token_file: a project may not choose the token'],
    ['[indexing]\ndocuments_path = "../other"', 'documents_path: expected a folder in the root, found "../other"'],
    ['[indexing]\nindex_path = "."', 'index_path: "." is the root or a folder above it'],
    ['[indexing]\nindex_path = "../"', 'index_path: "../" is the root or a folder above it'],
    ['[indexing]\ndocuments_path = "a/b"\nindex_path = "a"', 'index_path: "a" holds the documents path a/b'],
    ['[indexing]\nindex_path = "/somewhere"', 'index_path: "/somewhere" lies outside of the project'],
    ['[indexing]\nindex_path = ".git"', 'index_path: ".git" lies in the folder of a version control system'],
  ])('%j', (toml, message) => {
    const { root, load } = withProjectFile(toml);
    expect(load).toThrow(invalid({ message: expect.stringContaining(`${join(root, 'snapdex.toml')}: ${message}`) }));
  });

  test.each([
    ['[indexing]\nexclude = ["{1..100000000}"]', 'stands for more than 1000 patterns'],
    [`[indexing]\nexclude = ["${'*a'.repeat(25)}*b"]`, 'has more than 3 "*" between two "/"'],
  ])('%j, which would take forever', (toml, fault) => {
    expect(withProjectFile(toml).load).toThrow(invalid({ remedy: expect.stringContaining(fault) }));
  });

  test.skipIf(process.platform === 'win32').each([
    ['[indexing]\nindex_path = "out/index"', 'out'],
    ['[indexing]\nindex_path = "out"', 'out'],
    ['', '.snapdex'],
  ])('%j with a link to the outside on the way', (toml, link) => {
    const { root, load } = withProjectFile(toml);
    symlinkSync(join(root, '..'), join(root, link));
    expect(load).toThrow(invalid({ message: expect.stringContaining('leads out of the project through a link') }));
  });

  test('a value that only a program can give is told by its name, one that is an option by that', () => {
    const { load } = homeWith();
    expect(() => load({ flags: { keepGenerations: 0 } })).toThrow(
      invalid({ message: expect.stringMatching(/^flags\.keepGenerations: expected a whole number, 1 to /) }),
    );
    expect(() => load({ flags: { readOnly: 1 } })).toThrow(
      invalid({ message: expect.stringMatching(/^--read-only: /) }),
    );
  });

  test.each([
    ['[indexing]\nrecursve = true', 'indexing.recursve: there is no such key', 'Did you mean recursive?'],
    [
      '[indexing]\nlock_timeout = 5',
      'indexing.lock_timeout: there is no such key',
      'Did you mean lock_timeout_seconds?',
    ],
    ['[indexng]\nrecursive = true', 'indexng: there is no such table here', 'Did you mean [indexing]?'],
    ['[store]\nindex_path = "x"', 'store.index_path: there is no such key', 'Move index_path below [indexing].'],
    ['index_path = "x"', 'index_path: there is no such key here', 'Move index_path below [indexing].'],
    ['indexing = 1', 'indexing: expected a table, found 1', 'Write [indexing] on a line of its own'],
    ['[indexing]\nzzzzzz = 1', 'indexing.zzzzzz: there is no such key', 'There are: documents_path, index_path'],
    ['[indexing]\ncoordination_mode = "singleton"', 'coordination_mode', 'snapdex needs no singleton'],
    ['[indexing]\ninclude = "!a.md"', 'include', '"!a.md" is negated'],
    ['[indexing]\nexclude = ["/a"]', 'exclude', '"/a" is absolute'],
    ['[indexing]\nexclude = ["../a"]', 'exclude', '"../a" leaves the root'],
    ['[indexing]\nexclude = ["a\\\\b"]', 'exclude', 'folders are separated by "/"'],
  ])('%j, with advice', (toml, message, remedy) => {
    const expected = invalid({ message: expect.stringContaining(message), remedy: expect.stringContaining(remedy) });
    expect(withProjectFile(toml).load).toThrow(expected);
  });

  test('TOML that is none, with line and column', () => {
    const { root, load } = withProjectFile('[indexing]\nrecursive = ');
    expect(load).toThrow(invalid({ message: expect.stringContaining(`${join(root, 'snapdex.toml')}:2:`) }));
  });

  test('a file that is not UTF-8 or not a file', () => {
    const { root, load } = homeWith();
    writeFileSync(join(root, 'snapdex.toml'), Buffer.from([0xff, 0xfe, 0x41]));
    expect(load).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNREADABLE', message: expect.stringContaining('is not UTF-8') }),
    );
    rmSync(join(root, 'snapdex.toml'));
    mkdirSync(join(root, 'snapdex.toml'));
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
  });

  test('an index among documents, but not one that is there already', () => {
    const { load } = homeWith({ 'project/notes/a.md': '', 'project/index/CURRENT': '' });
    expect(() => load({ flags: { indexPath: 'notes' } })).toThrow(
      invalid({ message: expect.stringContaining('(a.md)') }),
    );
    expect(load({ flags: { indexPath: 'index' } }).indexPath).toMatch(/index$/);
  });

  test('one index for all projects in the user file', () => {
    const { load } = homeWith({ '.config/snapdex/snapdex.toml': '[indexing]\nindex_path = "~/index"' });
    expect(load).toThrow(invalid({ message: expect.stringContaining('one index for all projects') }));
  });
});

describe('an index on S3', () => {
  const load = (value: string, { load: read } = homeWith()): string => read({ flags: { indexPath: value } }).indexPath;

  test('is where a flag or a variable says, as it says it', () => {
    const { load: read } = homeWith();
    expect(load('s3://shelf/docs?region=eu-central-1')).toBe('s3://shelf/docs?region=eu-central-1');
    const environment = { SNAPDEX_INDEX_PATH: 's3://shelf/docs' };
    expect(read({ environment }).indexPath).toBe('s3://shelf/docs');
  });

  test('may be named after the project, so that the file of a user holds for all', () => {
    const toml = '[indexing]\nindex_path = "s3://shelf/team/{project}"';
    const { load: read } = homeWith({ '.config/snapdex/snapdex.toml': toml });
    expect(read().indexPath).toBe('s3://shelf/team/project');
  });

  test('has its cache in a folder relative to the root, or to the home', () => {
    const scene = homeWith();
    const cacheOf = (location: string): string | null =>
      new URLSearchParams(load(location, scene).split('?')[1]).get('cache');
    expect(cacheOf('s3://shelf/docs?cache=.cache')).toBe(join(scene.root, '.cache'));
    expect(cacheOf('s3://shelf/docs?cache=~/.cache/index')).toBe(join(scene.home, '.cache/index'));
  });

  test.each([
    ['s3://', 'it names no bucket'],
    ['s3://shelf/docs?regin=eu', 'regin is unknown'],
    ['s3://shelf/../docs', 'its prefix has dots for a name'],
    ['s3://shelf/docs?endpoint=localhost:9000', 'endpoint "localhost:9000" is no address'],
    ['s3://shelf/docs?cacheBytes=1GB', 'cacheBytes "1GB" is no number of bytes'],
  ])('is refused as %s', (value, fault) => {
    expect(() => load(value)).toThrow(
      invalid({ message: expect.stringContaining(fault), remedy: expect.stringContaining('s3://bucket/prefix') }),
    );
  });

  test('is nothing that a project may choose, nor one for all projects of a user', () => {
    const toml = '[indexing]\nindex_path = "s3://shelf/docs"';
    expect(homeWith({ 'project/snapdex.toml': toml }).load).toThrow(
      invalid({ message: expect.stringContaining('would send the documents to another machine') }),
    );
    expect(homeWith({ '.config/snapdex/snapdex.toml': toml }).load).toThrow(
      invalid({ remedy: expect.stringContaining('{project}') }),
    );
  });
});

test('flags and environment may put the index outside of the project, the home is written ~', () => {
  const { home, load } = homeWith();
  expect(load({ flags: { indexPath: '~/cache/x' } }).indexPath).toBe(join(home, 'cache/x'));
});

describe('root', () => {
  test('it is the nearest project at or above the working directory', () => {
    const { root, load } = homeWith({
      'project/package.json': '',
      'project/a/.obsidian/app.json': '',
      'project/a/b/c/d.md': '',
    });
    expect(load({ cwd: join(root, 'a/b/c') })).toMatchObject({ root: join(root, 'a'), rootSource: '.obsidian' });
  });

  test('what lies in the home directory makes no project of it', () => {
    const { home, load } = homeWith({ '.git/HEAD': '', 'notes/x/a.md': '' });
    expect(load({ cwd: join(home, 'notes/x') })).toMatchObject({
      root: join(home, 'notes/x'),
      rootSource: 'working directory',
    });
  });

  test('a root that is asked for is taken as it is, the flag before the variable', () => {
    const { root, load } = homeWith({ 'project/docs/a.md': '', 'project/other/a.md': '' });
    const environment = { SNAPDEX_ROOT: 'docs' };
    expect(load({ environment })).toMatchObject({ root: join(root, 'docs'), rootSource: 'SNAPDEX_ROOT' });
    expect(load({ environment, root: 'other' })).toMatchObject({ root: join(root, 'other'), rootSource: '--root' });
  });

  test('the folder that a client has open goes before the working directory, and behind what a person says', () => {
    const { root, load } = homeWith({ 'project/docs/a.md': '', 'project/other/a.md': '' });
    const workspace = { path: join(root, 'docs'), source: 'roots of the client' };
    expect(load({ workspace })).toMatchObject({ root: join(root, 'docs'), rootSource: 'roots of the client' });
    expect(load({ workspace, root: 'other' })).toMatchObject({ root: join(root, 'other'), rootSource: '--root' });
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of VS Code and Cursor
  test.each(['${workspaceFolder}', '${workspaceFolder:docs}'])('%s that a client left as it was names none', (word) => {
    const { root, load } = homeWith();
    expect(load({ root: word, environment: { SNAPDEX_ROOT: word } })).toMatchObject({ root, rootSource: '.git' });
  });

  test('where nobody named one, a refused root says what to add to the client’s configuration', () => {
    const { home, load } = homeWith();
    const refused = (remedy: unknown): unknown => expect.objectContaining({ code: 'ROOT_FORBIDDEN', remedy });
    for (const request of [
      { cwd: '/' },
      { cwd: '/usr' },
      { workspace: { path: '/', source: 'roots of the client' } },
    ]) {
      expect(() => load({ ...request, homeDirectory: home })).toThrow(
        refused(expect.stringContaining('"--root", "/path/to/project" behind "serve" in the "args"')),
      );
    }
  });

  test('a symlinked root is resolved, one that is missing or forbidden is refused', () => {
    const { home, root, load } = homeWith();
    symlinkSync(root, join(home, 'link'));
    expect(load({ root: join(home, 'link') }).root).toBe(root);
    expect(() => load({ root: join(home, 'gone') })).toThrow(expect.objectContaining({ code: 'ROOT_MISSING' }));
    expect(() => load({ root: '/etc' })).toThrow(expect.objectContaining({ code: 'ROOT_FORBIDDEN' }));
  });
});
