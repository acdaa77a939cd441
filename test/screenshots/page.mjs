/** Pictures of the page. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { COMMAND, IMAGES, ROOT } from './handbook.mjs';

/** Replaced by the generation before the cleanup, and the newest. */
const CLEANUP = 'cleanup';

/** What is shown, in the order in which it is drawn. */
const PICTURES = [
  { name: 'search', address: 'search?query=how does rollback work', click: '.results summary' },
  { name: 'timeline', address: `timeline?${CLEANUP}`, click: undefined },
  { name: 'links', address: 'links', click: undefined },
];

/** Draws the views of the page that a server of its own serves. */
export async function drawPage(browser, colorSchemes) {
  const server = spawn(process.execPath, [COMMAND, 'serve', '--http', '--port', '0', '--json', '--root', ROOT]);
  const [line] = await once(server.stdout, 'data');
  const url = `http://127.0.0.1:${JSON.parse(String(line)).port}/`;
  const cleanup = await generationsOfCleanup(url);
  for (const colorScheme of colorSchemes) {
    const page = await browser.newPage({ viewport: { width: 1160, height: 720 }, colorScheme });
    for (const { name, address, click } of PICTURES) {
      await page.goto(`${url}#/${address.replace(CLEANUP, cleanup)}`);
      await page.getByText('current', { exact: true }).waitFor();
      await page.getByRole('region', { name, exact: false }).first().waitFor();
      if (click !== undefined) await page.click(click);
      // Nothing tells that the last answer has been shown.
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(IMAGES, `${name}-${colorScheme}.png`) });
    }
    await page.close();
  }
  server.kill();
  await once(server, 'exit');
}

async function generationsOfCleanup(url) {
  const { generations } = await (await fetch(`${url}api/history`)).json();
  const before = generations.find(({ tags }) => tags.includes('before-cleanup'));
  return `from=${before.generation}&to=${generations[0].generation}`;
}
