/** What an attribute may be given: false and undefined leave it out, true sets it, a function listens (`onclick`). */
type Value = string | number | boolean | undefined | ((event: Event) => void);

/** Attributes of an element, by name. */
export type Attributes = Readonly<Record<string, Value>>;

/** What an element may hold; undefined is left out, and a text stays a text whatever it holds. */
export type Child = Node | string | undefined;

/** An element with attributes and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

/** An element of a drawing. */
export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * Puts children in the place of those of `parent`. Who had the focus in it, and which details were open, is as it was,
 * if what has the same `id` is there again; what had the focus and is gone leaves it to the content of the page.
 */
export function replaceContent(parent: HTMLElement, ...children: readonly Child[]): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const open = [...parent.querySelectorAll('details[open][id]')].map(({ id }) => id);
  parent.replaceChildren(...present(children));
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused === null || focused.isConnected) return;
  const again = focused.id === '' ? null : document.getElementById(focused.id);
  if (again === null) document.getElementById('content')?.focus({ preventScroll: true });
  else again.focus();
}

/** The element of `index.html` with this id. @throws Error if there is none */
export function requireElement(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`#${id} is missing`);
  return found;
}

function fill<E extends Element>(target: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') target.addEventListener(name.replace(/^on/u, ''), value);
    else if (value === true) target.setAttribute(name, '');
    else if (value !== undefined && value !== false) target.setAttribute(name, String(value));
  }
  target.append(...present(children));
  return target;
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((child) => child !== undefined);
}

/** The head of a table, a column for each name. */
export function tableHead(names: readonly string[]): HTMLElement {
  return element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name))));
}
