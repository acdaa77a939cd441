import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import { expect, test } from 'vitest';
import { DocumentFilter, type DocumentRules, discover } from '../../../dist/search/documents/index.js';
import { asOrdinaryUser, makePipe, projectWith, write } from './project-folder.js';

/** Paths that are found; and the filter must say the same of each file on its own. */
async function found(rules: DocumentRules, all: readonly string[] = []): Promise<string[]> {
  const paths = (await discover(rules)).documents.map((document) => document.path);
  const filter = new DocumentFilter(rules);
  expect(all.filter((path) => filter.accepts(path)).sort()).toEqual(all.filter((path) => paths.includes(path)).sort());
  return paths;
}

async function foundAmong(files: readonly string[], rules: Partial<DocumentRules> = {}): Promise<string[]> {
  const root = projectWith(Object.fromEntries(files.map((file) => [file, file])));
  return found({ root, ...rules }, files);
}

test('markdown of every extension and letter case is found, sorted, and nothing else', async () => {
  expect(await foundAmong(['b.markdown', 'a.md', 'README.MD', 'c/d.mdx', 'c/e.txt', 'md'])).toEqual([
    'README.MD',
    'a.md',
    'b.markdown',
    'c/d.mdx',
  ]);
});

test('names with spaces, other scripts and glob characters are found as they are spelled', async () => {
  const names = [
    '(group)/a.md',
    '[id].md',
    'a b/c d.md',
    '{x}.md',
    'ärger.md',
    '日本語/ノート.md',
    '!x.md',
    '*.md',
    'e\u0301.md',
  ];
  expect(await foundAmong(names)).toEqual([...names].sort());
});

test.skipIf(process.platform === 'win32')(
  'names and folders with line ends are found, and left out by patterns',
  async () => {
    const names = ['new\nline.md', 'nl\n/a\r\nb.md', 'x\ry.md', '\n.md'];
    expect(await foundAmong(names)).toEqual([...names].sort());
    expect(await foundAmong([...names, 'a.md'], { exclude: ['**/*line*', 'nl*', '**/x?y.md', '?.md'] })).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')('a name that is not UTF-8 is named as a problem', async () => {
  const root = projectWith({ 'a.md': '' });
  execFileSync('bash', [
    '-c',
    "cd \"$1\" && mkdir $'f\\xff' && touch $'b\\xff.md' $'f\\xff/c.md' $'d\\xff.txt'",
    'bash',
    root,
  ]);
  const { documents, problems } = await discover({ root });
  expect(documents.map(({ path }) => path)).toEqual(['a.md']);
  expect(problems.map(({ code, path }) => [code, path]).sort()).toEqual([
    ['NAME_NOT_UTF8', 'b\uFFFD.md'],
    ['NAME_NOT_UTF8', 'f\uFFFD'],
  ]);
});

test('hidden files and folders, node_modules and the index are left out, .github is not', async () => {
  const out = [
    '.git/a.md',
    '.obsidian/a.md',
    '.hidden.md',
    'x/.venv/a.md',
    'node_modules/p/a.md',
    'x/node_modules/a.md',
    'index/a.md',
  ];
  expect(await foundAmong([...out, '.github/a.md', 'x/a.md'], { indexPath: 'index' })).toEqual([
    '.github/a.md',
    'x/a.md',
  ]);
});

test('an include pattern that spells the dot opens a hidden folder', async () => {
  const include = ['**/*.md', '{.claude,.cursor}/**/*.md'];
  expect(await foundAmong(['.claude/x/a.md', '.cursor/b.md', '.other/c.md', 'd.md'], { include })).toEqual([
    '.claude/x/a.md',
    '.cursor/b.md',
    'd.md',
  ]);
});

test('a documents path may be a hidden folder', async () => {
  expect(await foundAmong(['.notes/a.md', '.notes/x/b.md', 'c.md'], { documentsPath: ['.notes'] })).toEqual([
    '.notes/a.md',
    '.notes/x/b.md',
  ]);
});

test('documents paths are folders or files, and without recursion only what lies directly in them', async () => {
  const files = ['README.md', 'a.md', 'docs/b.md', 'docs/x/c.md', 'notes/d.md', 'docs2/e.md'];
  const documentsPath = ['./docs/', 'README.md', 'notes'];
  expect(await foundAmong(files, { documentsPath })).toEqual(['README.md', 'docs/b.md', 'docs/x/c.md', 'notes/d.md']);
  expect(await foundAmong(files, { documentsPath, recursive: false })).toEqual([
    'README.md',
    'docs/b.md',
    'notes/d.md',
  ]);
  expect(await foundAmong(files, { recursive: false })).toEqual(['README.md', 'a.md']);
});

/** A letter more or less, and every sign that means something in a pattern. */
const SPELLED = [
  ...[
    'a.md',
    'B.MD',
    'ab.md',
    'abc.md',
    '1.md',
    '7.md',
    '12.md',
    '[a].md',
    '{a}.md',
    '(a).md',
    'a+b.md',
    'a!b.md',
    '!a.md',
  ],
  ...['.a.md', 'd.txt', 'docs/a.md', 'docs/x/b.md', 'docs/x/y/c.md', 'docs/.b.md', 'Docs2/a.md', 'é.md', '日本/語.md'],
];

const PATTERNS_OF_EVERY_FORM = [
  '*.md',
  '**/*.md',
  '**',
  '**/a.md',
  'docs/**',
  'docs/*',
  'docs/**/*.md',
  'docs/*/*.md',
  '*',
  '?.md',
  '**/?.md',
  '??.md',
  'a*c.md',
  '*.{md,txt}',
  '{a,b}.md',
  '{a,}.md',
  'docs/{x/,}*.md',
  '{docs,nothing}/**',
  '{a}.md',
  '{1..9}.md',
  '{1..12}.md',
  '{a..c}.md',
  '{01..12}.md',
  '{1..12..6}.md',
  '{a,{ab,abc}}.md',
  '[ab].md',
  '[!a].md',
  '[^a].md',
  '[a-c]*.md',
  '[[:alpha:]].md',
  '\\[a\\].md',
  '\\{a\\}.md',
  '\\!a.md',
  '(a).md',
  '@(a|ab).md',
  '?(a)b.md',
  '!(a).md',
  '**/!(a|b).md',
  'a\\+b.md',
  '日本/*',
  'é.md',
  '*.MD',
  '.*.md',
  'docs/.*',
  '**/.*',
  '**/{a,b}*',
  '***/a.md',
];

test.each(PATTERNS_OF_EVERY_FORM)('%s means what it means to fast-glob', async (pattern) => {
  const root = projectWith(Object.fromEntries(SPELLED.map((file) => [file, file])));
  const expected = await fastGlob(pattern, { cwd: root, caseSensitiveMatch: false });
  expect(await found({ root, include: [pattern] }, SPELLED)).toEqual(expected.sort());
});

test('a pattern may begin with "./", end with "/", and be written in any case', async () => {
  const files = ['docs/a.md', 'docs/x/b.md', 'c.md'];
  for (const pattern of ['./docs/**', './docs/', 'docs/**/', 'DOCS/**']) {
    expect(await foundAmong(files, { include: [pattern] })).toEqual(['docs/a.md', 'docs/x/b.md']);
  }
});

test.each([['drafts'], ['drafts/'], ['drafts/**'], ['drafts/**/*.md'], ['**/[D]rafts/**'], ['{drafts,other}']])(
  'exclude %s leaves out the folder with all below',
  async (pattern) => {
    expect(await foundAmong(['drafts/a.md', 'drafts/x/b.md', 'c.md'], { exclude: [pattern] })).toEqual(['c.md']);
  },
);

test('ignore files of all levels are honoured as git honours them', async () => {
  const files = {
    '.gitignore': 'build/\n/top.md\n*.tmp.md\n!keep.tmp.md\n',
    'top.md': '',
    'sub/top.md': '',
    'a.tmp.md': '',
    'keep.tmp.md': '',
    'build/a.md': '',
    'sub/build/a.md': '',
    'slash/.gitignore': '/\n//\n/ \nx.md\n',
    'slash/a.md': '',
    'slash/x.md': '',
    'slash/deep/a.md': '',
    'no/.gitignore': 'deep/\n!/\n',
    'no/deep/a.md': '',
    'sub/.gitignore': '!build/\r\nprivate.md\r\n/own/*.md\r\n',
    'sub/private.md': '',
    'sub/x/private.md': '',
    'private.md': '',
    'sub/own/a.md': '',
    'sub/x/own/a.md': '',
    'w[1]/.gitignore': '\uFEFFa.md\n',
    'w[1]/a.md': '',
    'w[1]/b/a.md': '',
    'w1/a.md': '',
  };
  const root = projectWith(files);
  const mine = await found(
    { root },
    Object.keys(files).filter((path) => path.endsWith('.md')),
  );
  execFileSync('git', ['init', '-q'], { cwd: root });
  const listed = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard', '*.md'], { cwd: root });
  expect(mine).toEqual(
    listed
      .toString()
      .split('\0')
      .filter((path) => path !== '')
      .sort(),
  );
});

test('ignore files above the root and .git/info/exclude are honoured up to the top of the work tree', async () => {
  const top = projectWith({
    '.git/info/exclude': 'secret.md\n',
    '.gitignore': 'docs/gen/\n',
    'docs/.gitignore': 'x.md\n',
    'docs/gen/a.md': '',
    'docs/secret.md': '',
    'docs/x.md': '',
    'docs/b.md': '',
  });
  expect(await found({ root: join(top, 'docs') }, ['gen/a.md', 'secret.md', 'x.md', 'b.md'])).toEqual(['b.md']);
});

test('a linked work tree and a submodule are searched as their repository excludes', async () => {
  const top = projectWith({ 'main/a.md': '' });
  const git = (...parameters: readonly string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x', ...parameters], { cwd: join(top, 'main') });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '--message', 'first');
  git('worktree', 'add', '-q', '--detach', '../linked');
  write(top, 'main/.git/info/exclude', 'secret.md\n');
  write(top, 'main/.git/modules/part/info/exclude', 'other.md\n');
  write(top, 'main/part/.git', 'gitdir: ../.git/modules/part\n');
  const names = ['a.md', 'secret.md', 'other.md'];
  for (const name of names) for (const folder of ['linked', 'main/part']) write(top, `${folder}/${name}`, '');
  expect(await found({ root: join(top, 'linked') }, names)).toEqual(['a.md', 'other.md']);
  expect(await found({ root: join(top, 'main/part') }, names)).toEqual(['a.md', 'secret.md']);
});

test('a root that its own repository ignores is searched all the same', async () => {
  const top = projectWith({ '.git/HEAD': '', '.gitignore': 'copies/\n', 'copies/one/a.md': '' });
  expect(await found({ root: join(top, 'copies/one') }, ['a.md'])).toEqual(['a.md']);
});

test('symlinks are not followed, to files or folders, out of the root or in a circle', async () => {
  const outside = projectWith({ 'secret.md': '' });
  const root = projectWith({ 'a.md': '', 'x/b.md': '' });
  symlinkSync(join(outside, 'secret.md'), join(root, 'link.md'));
  symlinkSync(outside, join(root, 'folder'));
  symlinkSync('..', join(root, 'x/circle'));
  symlinkSync('nowhere', join(root, 'dangling.md'));
  expect(await discover({ root })).toMatchObject({ documents: [{ path: 'a.md' }, { path: 'x/b.md' }], problems: [] });
});

test('a pipe and a folder with the name of a document are none', async () => {
  const root = projectWith({ 'a.md': '', 'folder.md/b.md': '' });
  makePipe(root, 'pipe.md');
  expect(await found({ root })).toEqual(['a.md', 'folder.md/b.md']);
});

test('a folder that cannot be listed is reported and the rest is found', async () => {
  const root = projectWith({ 'a.md': '', 'locked/b.md': '', 'z.md': '' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'locked'), 0o000);
  const { documents, problems } = await asOrdinaryUser(() => discover({ root }));
  expect(documents.map((document) => document.path)).toEqual(['a.md', 'z.md']);
  expect(problems).toEqual([expect.objectContaining({ code: 'FOLDER_UNREADABLE', path: 'locked' })]);
});

test('a folder that can be listed but not entered is reported once', async () => {
  const root = projectWith({ 'locked/b.md': '', 'locked/c.md': '' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'locked'), 0o444);
  const { problems } = await asOrdinaryUser(() => discover({ root }));
  expect(problems).toEqual([expect.objectContaining({ code: 'FOLDER_UNREADABLE', path: 'locked' })]);
});

test('documents paths that lead nowhere are reported', async () => {
  const root = projectWith({ 'a.md': '', 'build/b.md': '', '.gitignore': 'build' });
  const { problems } = await discover({ root, documentsPath: ['docs', 'build', 'a.md'] });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ['DOCUMENTS_PATH_MISSING', 'docs'],
    ['DOCUMENTS_PATH_MISSING', 'build'],
  ]);
});

test('documents paths none of which exists are an error, not an empty project', async () => {
  const root = projectWith({ 'a.md': '' });
  await expect(discover({ root, documentsPath: ['docs', 'notes'] })).rejects.toMatchObject({
    code: 'DOCUMENTS_PATH_MISSING',
    message: expect.stringContaining('docs, notes'),
  });
});

test('a root that is gone is an error, not an empty project', async () => {
  const root = projectWith({ 'a.md': '' });
  rmSync(root, { recursive: true });
  await expect(discover({ root })).rejects.toMatchObject({ code: 'ROOT_MISSING' });
});

test('a filter takes changed ignore files into account after reload', () => {
  const root = projectWith({ 'a.md': '' });
  const filter = new DocumentFilter({ root });
  expect(filter.accepts('x/a.md')).toBe(true);
  write(root, '.gitignore', 'x/\n');
  filter.reload();
  expect(filter.accepts('x/a.md')).toBe(false);
});

const astroDocs = '../shared/data/corpora/astro-docs';
test.skipIf(!existsSync(astroDocs))('all of a real documentation tree is found', async () => {
  const root = join(process.cwd(), astroDocs);
  const { documents, problems } = await discover({ root });
  const listed = execFileSync('find', ['.', '-name', '*.md*', '-type', 'f'], { cwd: root })
    .toString()
    .trim()
    .split('\n');
  expect([documents.length, problems]).toEqual([listed.length, []]);
});
