import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian, other systems and people have it; `SNAPDEX_TEST_CHROMIUM` names another place. */
const PLACES = [
  process.env.SNAPDEX_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const place = PLACES.find((path) => path !== undefined && existsSync(path));

/** False where no browser is installed, which is said once on standard error. */
export const hasChromium: boolean = place !== undefined;
if (!hasChromium) {
  process.stderr.write('skipped: the page in a browser, for there is no Chromium (Debian: apt-get install chromium)\n');
}

/** Starts the browser without a window. */
export async function launchChromium(): Promise<Browser> {
  // It cannot isolate itself as root, which CI is; it only ever sees the page under test.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ args, ...(place === undefined ? {} : { executablePath: place }) });
}

/** A page, and what it must not do. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests to anything but the server, what the security policy stopped, and errors. */
  readonly offences: string[];
}

/** Opens an address of the page in a window of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const offences: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) offences.push(`request: ${request.url()}`);
  });
  page.on('pageerror', (error) => offences.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') offences.push(`console: ${message.text()}`);
  });
  await page.goto(address);
  return { page, offences };
}
