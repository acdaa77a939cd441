import type { LinksAnswer } from 'snapdex/search';
import { drawn } from '../element.js';

const WIDTH = 1100;
const HEIGHT = 500;
const MARGIN = 24;
/** Steps of the simulation: enough to come to rest, done before anything is shown, so nothing moves. */
const STEPS = 300;
/** The most linked documents have their titles shown where there is room; the others while they are pointed at. */
const NAMED = 30;
const NAME_HEIGHT = 15;
/** About what a character of a title is wide. */
const CHARACTER_WIDTH = 6;
const LONGEST_NAME = 28;

interface Placed {
  readonly path: string;
  readonly title: string;
  readonly radius: number;
  readonly kind: 'document' | 'orphan' | 'broken';
  x: number;
  y: number;
}

/**
 * The link graph as a picture, linked documents near each other. What can be done with it can be done with the lists
 * beside it too.
 */
export async function linkDrawing(answer: LinksAnswer, open: (path: string) => void): Promise<SVGSVGElement> {
  const documents = await place(answer);
  const { total, links, orphans, brokenLinks } = answer;
  const label = `Link graph of ${documents.length} of ${total} documents: ${links.length} links, ${orphans.total} orphans, ${brokenLinks.total} broken links. The lists below name them.`;
  const svg = drawn('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label });
  const lines = links.map(({ from, to }) => lineOf(documents[from], documents[to]));
  const named = withRoomForNames(documents.slice(0, NAMED));
  const nodes = documents.map(nodeOf);
  const names = documents.map((document) => textOf(document, named.has(document)));
  // Names come last, so that no document covers them.
  svg.append(drawn('g', {}, ...lines), drawn('g', {}, ...nodes), drawn('g', {}, ...names));
  for (const [number, node] of nodes.entries()) {
    const near: (Element | undefined)[] = [node, names[number]];
    for (const [place, { from, to }] of links.entries()) {
      if (from === number || to === number) near.push(lines[place], nodes[from], nodes[to], names[from], names[to]);
    }
    pointOut(node, { near: near.filter((one) => one !== undefined), svg });
    node.addEventListener('click', () => open(documents[number]?.path ?? ''));
  }
  return svg;
}

/** While `node` is pointed at, what is near stands out. */
function pointOut(node: Element, { near, svg }: { readonly near: readonly Element[]; readonly svg: Element }): void {
  const show = (isPointed: boolean): void => {
    svg.classList.toggle('pointed', isPointed);
    for (const other of near) other.classList.toggle('near', isPointed);
  };
  node.addEventListener('pointerenter', () => show(true));
  node.addEventListener('pointerleave', () => show(false));
}

async function place({ documents, links, brokenLinks }: LinksAnswer): Promise<readonly Placed[]> {
  const { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } = await import('d3-force');
  const broken = new Set(brokenLinks.listed.map(({ path }) => path));
  const nodes = documents.map(({ path, title, linkedFrom, linksTo }): Placed => {
    const kind = broken.has(path) ? 'broken' : linkedFrom === 0 ? 'orphan' : 'document';
    return { path, title, radius: 4 + Math.sqrt(linkedFrom + linksTo) * 1.3, kind, x: 0, y: 0 };
  });
  // Placed on a spiral by the library itself when they have no place; ours have the middle, which it would keep.
  for (const [number, node] of nodes.entries()) {
    const angle = number * 2.4;
    node.x = 8 * Math.sqrt(number) * Math.cos(angle);
    node.y = 8 * Math.sqrt(number) * Math.sin(angle);
  }
  const pairs = links.map(({ from, to }) => ({ source: from, target: to }));
  forceSimulation(nodes)
    .force('links', forceLink(pairs).distance(44).strength(0.25))
    .force('apart', forceManyBody().strength(-90).distanceMax(320))
    .force(
      'touching',
      forceCollide<Placed>(({ radius }) => radius + 3),
    )
    .force('x', forceX(0).strength(0.04))
    .force('y', forceY(0).strength(0.12))
    .stop()
    .tick(STEPS);
  return fitted(nodes);
}

/** The same places, moved and scaled into the picture. */
function fitted(nodes: readonly Placed[]): readonly Placed[] {
  const xs = nodes.map(({ x }) => x);
  const ys = nodes.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const width = Math.max(1, Math.max(...xs) - left);
  const height = Math.max(1, Math.max(...ys) - top);
  const scale = Math.min(1.6, (WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / height);
  for (const node of nodes) {
    node.x = WIDTH / 2 + (node.x - left - width / 2) * scale;
    node.y = HEIGHT / 2 + (node.y - top - height / 2) * scale;
  }
  return nodes;
}

function lineOf(from: Placed | undefined, to: Placed | undefined): SVGLineElement {
  return drawn('line', { x1: from?.x, y1: from?.y, x2: to?.x, y2: to?.y });
}

/** Those whose names cover no other name. */
function withRoomForNames(documents: readonly Placed[]): ReadonlySet<Placed> {
  const named = new Set<Placed>();
  for (const document of documents) {
    const isCovered = [...named].some((other) => {
      const halfWidths = ((nameOf(document).length + nameOf(other).length) * CHARACTER_WIDTH) / 2;
      return Math.abs(document.x - other.x) < halfWidths && Math.abs(document.y - other.y) < NAME_HEIGHT;
    });
    if (!isCovered) named.add(document);
  }
  return named;
}

function nameOf({ title }: Placed): string {
  return title.length > LONGEST_NAME ? `${title.slice(0, LONGEST_NAME - 1)}…` : title;
}

function nodeOf({ title, path, radius, kind, x, y }: Placed): SVGGElement {
  return drawn(
    'g',
    { class: `node ${kind}` },
    drawn('title', {}, `${title}\n${path}`),
    drawn('circle', { cx: x, cy: y, r: radius }),
  );
}

function textOf(document: Placed, isShown: boolean): SVGTextElement {
  const { radius, x, y } = document;
  const look = { class: isShown ? 'node-name shown' : 'node-name', 'text-anchor': 'middle' };
  return drawn('text', { ...look, x, y: y - radius - 4 }, nameOf(document));
}
