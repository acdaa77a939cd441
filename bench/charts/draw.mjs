// `npm run bench:charts -- --help`: draws docs/charts/*.svg from results.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fillMarkedPlace } from '../marked-place.mjs';
import { installPeers } from '../peers/available.mjs';
import { growthPanels, instancesPanels } from './panels.mjs';

const HELP = `npm run bench:charts -- [options]

Draws docs/charts/*.svg and names them in docs/performance.md.

  --peers=FILE   a result of \`npm run bench:peers\` (default the newest in bench/results)
  --own=FILE     a result of \`npm run bench\` (default the newest in bench/results, if there is one)
  --into=FOLDER  draw there instead, and leave the page alone
  --help`;

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const CHARTS = fileURLToPath(new URL('../../docs/charts/', import.meta.url));

const { values: options } = parseArgs({
  options: {
    peers: { type: 'string' },
    own: { type: 'string' },
    into: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else await main();

async function main() {
  installPeers();
  const peers = options.peers ?? newestResult('peers');
  if (peers === undefined) throw new Error('bench/results has no result of `npm run bench:peers`');
  const own = options.own ?? newestResult('full');
  const { lines } = readResult(peers);
  const { rows } = own === undefined ? { rows: [] } : readResult(own);
  const images = [
    await draw('corpus-growth.svg', 'Cost as the corpus grows', growthPanels(lines)),
    await draw('instances.svg', 'Cost as instances grow', instancesPanels(lines, rows)),
  ];
  if (options.into !== undefined) return;
  const sources = [peers, own].filter((name) => name !== undefined).map((name) => `\`bench/results/${name}\``);
  const text = `Drawn from ${sources.join(' and ')}; both scales are logarithmic.\n\n${images.join('\n\n')}`;
  fillMarkedPlace('performance.md', { name: 'charts', command: 'npm run bench:charts', text });
}

async function draw(file, title, panels) {
  if (panels.length === 0) throw new Error(`the results have no figures for ${file}`);
  // Only once it is installed.
  const { drawPanels } = await import('./svg.mjs');
  const folder = resolve(options.into ?? CHARTS);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), await drawPanels(panels));
  console.log(join(folder, file));
  return `![${title}](charts/${file})`;
}

/** A file of bench/results, or any other. */
function readResult(name) {
  return JSON.parse(readFileSync(resolve(RESULTS, name), 'utf8'));
}

function newestResult(name) {
  const isResult = new RegExp(`^\\d{4}-\\d\\d-\\d\\d-${name}\\.json$`);
  return readdirSync(RESULTS)
    .filter((file) => isResult.test(file))
    .sort()
    .at(-1);
}
