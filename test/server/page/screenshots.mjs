/**
 * Draws the pictures in `docs/images`: the page on a copy of this project's own documents, with a small history and
 * three assistants at work, in light and in dark. Needs Chromium: `npm run screenshots`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { chromium } from 'playwright-core';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const images = join(repository, 'docs/images');
const command = join(repository, 'dist/bundle/snapdex.js');
const folder = mkdtempSync(join(tmpdir(), 'snapdex-screenshots-'));
const root = join(folder, 'handbook');

/** What is shown, in the order in which it is drawn. */
const PICTURES = [
  { name: 'search', address: 'search?query=how does rollback work', click: '.results summary' },
  { name: 'timeline', address: 'timeline?from=2&to=7', click: undefined },
  { name: 'links', address: 'links', click: undefined },
];

try {
  mkdirSync(images, { recursive: true });
  await makeHistory();
  const assistants = [];
  for (const name of ['Claude Desktop', 'Cursor', 'VS Code']) assistants.push(await startAssistant(name));
  const server = spawn(process.execPath, [command, 'serve', '--http', '--port', '0', '--json', '--root', root]);
  const [line] = await once(server.stdout, 'data');
  await draw(`http://127.0.0.1:${JSON.parse(String(line)).port}/`);
  server.kill();
  for (const assistant of assistants) await assistant.close();
  await once(server, 'exit');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Some days in the life of a handbook: pages come, change and go, and a cleanup is taken back. */
async function makeHistory() {
  const decisions = join(root, 'docs/decisions');
  const kept = join(folder, 'decisions');
  cpSync(join(repository, 'README.md'), join(root, 'README.md'));
  cpSync(join(repository, 'docs'), join(root, 'docs'), { recursive: true });
  renameSync(decisions, kept);
  snapdex('index');
  renameSync(kept, decisions);
  snapdex('index');
  snapdex('tag', 'before-cleanup');
  for (const name of ['protocol', 'format'])
    edit(`docs/${name}.md`, (text) => text.replaceAll('pointer', 'head pointer'));
  snapdex('index');
  rmSync(join(decisions, '0102-own-porter2.md'));
  rmSync(join(decisions, '0104-local-embedder.md'));
  snapdex('index');
  snapdex('rollback', 'before-cleanup', '--yes', '--reason', 'the cleanup went too far');
  snapdex('resume');
  writeFileSync(
    join(root, 'docs/notes.md'),
    '# Notes\n\nSee [the protocol](protocol.md#commit) and [this](gone.md).\n',
  );
  snapdex('index');
}

function snapdex(...words) {
  execFileSync(process.execPath, [command, ...words, '--root', root], { stdio: 'ignore' });
}

function edit(path, change) {
  writeFileSync(join(root, path), change(readFileSync(join(root, path), 'utf8')));
}

async function startAssistant(name) {
  const client = new Client({ name, version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [command, 'serve', '--root', root] }),
  );
  await client.callTool({ name: 'index_status', arguments: {} });
  return client;
}

async function draw(url) {
  const executablePath = process.env.SNAPDEX_TEST_CHROMIUM ?? '/usr/bin/chromium';
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 1160, height: 720 }, colorScheme });
    for (const { name, address, click } of PICTURES) {
      await page.goto(`${url}#/${address}`);
      await page.getByText('current', { exact: true }).waitFor();
      await page.getByRole('region', { name, exact: false }).first().waitFor();
      if (click !== undefined) await page.click(click);
      // Nothing tells that the last answer has been shown.
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`) });
    }
    await page.close();
  }
  await browser.close();
}
