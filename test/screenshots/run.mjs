// `npm run screenshots [-- page|terminal]`: draws the pictures in docs/images, in light and in dark. Needs Chromium, and
// util-linux's `script` for a terminal.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { IMAGES, makeHistory, removeHandbook, startAssistants } from './handbook.mjs';
import { drawPage } from './page.mjs';
import { drawTerminal } from './terminal.mjs';

const COLOR_SCHEMES = ['light', 'dark'];
const DRAWINGS = { page: drawPage, terminal: drawTerminal };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(DRAWINGS);

try {
  mkdirSync(IMAGES, { recursive: true });
  makeHistory();
  const assistants = await startAssistants();
  const browser = await launchChromium();
  for (const name of wanted) await DRAWINGS[name](browser, COLOR_SCHEMES);
  await browser.close();
  for (const assistant of assistants) await assistant.close();
} finally {
  removeHandbook();
}

function launchChromium() {
  const executablePath = process.env.SNAPDEX_TEST_CHROMIUM ?? '/usr/bin/chromium';
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
