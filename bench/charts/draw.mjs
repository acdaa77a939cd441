// `npm run bench:charts [-- RESULT]`: draws docs/charts/*.svg from a result of `npm run bench:peers`, the newest by default.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fillMarkedPlace } from '../marked-place.mjs';
import { installPeers } from '../peers/available.mjs';
import { growthPanels, instancesPanel } from './panels.mjs';

const RESULTS = new URL('../results/', import.meta.url);
const CHARTS = new URL('../../docs/charts/', import.meta.url);

installPeers();
// Only now is it there.
const { drawPanels } = await import('./svg.mjs');

const name = process.argv[2] ?? newestResult();
const { lines } = JSON.parse(readFileSync(new URL(name, RESULTS), 'utf8'));
mkdirSync(CHARTS, { recursive: true });
const images = [
  await draw('corpus-growth.svg', 'Cost as the corpus grows', growthPanels(lines)),
  await draw('instances.svg', 'Memory as instances grow', instancesPanel(lines)),
];
const text = `Drawn from \`bench/results/${name}\`; both scales are logarithmic.\n\n${images.join('\n\n')}`;
fillMarkedPlace('performance.md', { name: 'charts', command: 'npm run bench:charts', text });

async function draw(file, title, panels) {
  if (panels.length === 0) throw new Error(`bench/results/${name} has no figures for ${file}`);
  writeFileSync(new URL(file, CHARTS), await drawPanels(panels));
  console.log(`docs/charts/${file} from bench/results/${name}`);
  return `![${title}](charts/${file})`;
}

function newestResult() {
  const newest = readdirSync(RESULTS)
    .filter((file) => /^\d{4}-\d\d-\d\d-peers\.json$/.test(file))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error('bench/results has no result of `npm run bench:peers`');
  return newest;
}
