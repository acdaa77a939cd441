/** The page of a server that asks for a token. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { hasChromium, launchChromium, openPage } from './chromium.js';
import { type ServedProject, serveProject } from './served-project.js';

const TOKEN = 'a-token-of-more-than-16-characters';

describe.skipIf(!hasChromium)('the page where a token is asked for', () => {
  let project: TemporaryProject;
  let server: ServedProject;
  let browser: Browser;
  beforeAll(async () => {
    project = await temporaryProject();
    await json(['index', '--root', project.root]);
    server = await serveProject(project.root, { environment: { SNAPDEX_TOKEN: TOKEN } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  async function signIn(page: Page, token: string): Promise<void> {
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
  }

  it('lets nobody in with another token, and then shows the view that the address names, live', async () => {
    const { page, offences } = await openPage(browser, `${server.origin}/#/timeline`);
    await signIn(page, 'another-token-of-enough-characters');
    await page.getByRole('alert').getByText('not the token').waitFor();
    // The browser itself reports the answer 401 as an error.
    expect(offences.splice(0).every((offence) => offence.includes('401'))).toBe(true);
    await signIn(page, TOKEN);
    await page.locator('#view-timeline[aria-current=page]').waitFor();
    await project.write('docs/hops.md', '# Hops\n\nBitter.\n');
    await page.getByRole('status', { name: 'State of the index' }).getByText('5 documents').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(offences).toEqual([]);
    await page.close();
  });

  it('signs out in all windows, and then shows the form', async () => {
    const context = await browser.newContext();
    const [page, other] = [await context.newPage(), await context.newPage()];
    await page.goto(`${server.origin}/`);
    await signIn(page, TOKEN);
    await page.getByRole('searchbox').first().waitFor();
    await other.goto(`${server.origin}/#/storage`);
    await other.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    for (const window of [page, other]) await window.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });

  it('shows the form again once the session is gone', async () => {
    const { page } = await openPage(browser, `${server.origin}/`);
    await signIn(page, TOKEN);
    await page.getByRole('searchbox').first().waitFor();
    await page.context().clearCookies();
    // The page may be on its way to the form already, and then has no link to click.
    await page
      .getByRole('link', { name: 'Storage', exact: true })
      .click({ noWaitAfter: true, timeout: 2_000 })
      .catch(() => {});
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.close();
  });
});
