import type { LiveAnswer } from 'snapdex/search';
import { ask, isSignedIn, signOut } from './api.js';
import { element, requireElement } from './element.js';
import { showProblem, showState } from './index-state.js';
import { followIndex } from './live.js';
import { forgetProblem, telling } from './notice.js';
import { keepAgesTrue } from './quantities.js';
import { addressOf, type View } from './view.js';
import { instancesView } from './views/instances.js';
import { linksView } from './views/links.js';
import { searchView } from './views/search.js';
import { storageView } from './views/storage.js';
import { timelineView } from './views/timeline.js';

const views: readonly View[] = [searchView(), timelineView(), linksView(), storageView(), instancesView()];
let shown: View | undefined;
let state: LiveAnswer | undefined;

requireElement('views').append(
  ...views.map(({ name, title }) =>
    element('li', {}, element('a', { id: `view-${name}`, href: addressOf(name) }, title)),
  ),
);
// The address names a view, so it cannot name a place on the page.
requireElement('skip').addEventListener('click', (event) => {
  event.preventDefault();
  requireElement('content').focus();
});
requireElement('sign-out').addEventListener('click', () => {
  void telling(async () => {
    await signOut();
    // The same address now answers with the form to sign in with.
    location.reload();
  });
});
window.addEventListener('hashchange', () => void showAddressed());
await showAddressed();
keepAgesTrue();
followIndex({
  onState: (newest) => {
    state = newest;
    showState(newest);
    if (shown !== undefined) void telling(() => followed(newest));
  },
  onProblem: (message) => showProblem('The index cannot be opened', message),
  onLost: () => showProblem('The server does not answer', 'It is tried again every second.'),
});
await telling(async () => {
  const { root } = await ask('status');
  const name = root.split(/[\\/]/u).at(-1) ?? root;
  requireElement('root').textContent = name;
  requireElement('root').title = root;
  document.title = `${name} · snapdex`;
});
await telling(async () => {
  requireElement('sign-out').hidden = !(await isSignedIn());
});

async function followed(newest: LiveAnswer): Promise<void> {
  await shown?.follow(newest);
}

/** Shows the view that the address names; the focus goes to it if it is another one than before. */
async function showAddressed(): Promise<void> {
  const [name, parameters] = location.hash.replace(/^#\/?/u, '').split('?', 2);
  const [first] = views;
  const view = views.find((one) => one.name === name) ?? first;
  if (view === undefined) return;
  forgetProblem();
  if (view !== shown) {
    const isFirst = shown === undefined;
    shown = view;
    requireElement('content').replaceChildren(view.content);
    for (const other of views) {
      const link = requireElement(`view-${other.name}`);
      if (other === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (!isFirst) requireElement('content').focus();
  }
  await telling(async () => {
    await view.show(new URLSearchParams(parameters ?? ''));
    if (state !== undefined) await view.follow(state);
  });
}
