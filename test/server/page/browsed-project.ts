import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { json, type TemporaryProject, temporaryProject } from '../../cli/temporary-project.js';
import { launchChromium, openPage } from './chromium.js';
import { type ServedProject, serveProject } from './served-project.js';

/** The views of the page, in their order. */
export const VIEWS = ['Search', 'Timeline', 'Links', 'Storage', 'Instances'] as const;

/** A project of two generations, a server on it, and a browser that shows its page. */
export interface BrowsedProject extends AsyncDisposable {
  readonly project: TemporaryProject;
  readonly server: ServedProject;
  readonly page: Page;
  /** What the page must not do: errors, and requests that leave the machine. Checked at the end; a test may take some out. */
  readonly offences: string[];
  goTo(view: (typeof VIEWS)[number]): Promise<void>;
  /** Waits until the text is to be seen. */
  shows(text: string | RegExp): Promise<void>;
  /** Waits until the head of the page says so. */
  state(text: string): Promise<void>;
}

export async function browseProject(): Promise<BrowsedProject> {
  const project = await temporaryProject();
  await json(['index', '--root', project.root]);
  await project.write('docs/hops.md', '# Hops\n\nBitter cones of the hop. See [mashing](guide.md#mashing).\n');
  await json(['index', '--root', project.root]);
  const server = await serveProject(project.root);
  const browser = await launchChromium();
  const { page, offences } = await openPage(browser, `${server.origin}/`);
  return {
    project,
    server,
    page,
    offences,
    goTo: (view) => page.getByRole('link', { name: view, exact: true }).click(),
    shows: (text) => page.getByText(text).first().waitFor(),
    state: (text) => page.getByRole('status', { name: 'State of the index' }).getByText(text).waitFor(),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
      expect(offences).toEqual([]);
    },
  };
}
