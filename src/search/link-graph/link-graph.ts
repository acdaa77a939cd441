import { headingSlug } from '../analysis/index.js';
import type { IndexView } from '../segment/index.js';
import { finishInTurns, finishSteps } from '../turns.js';
import { DocumentNames } from './document-names.js';
import { type LinkEnd, resolveLink } from './resolve-link.js';

/** A link between two documents of a view. */
export interface GraphLink {
  readonly from: string;
  readonly to: string;
  /** As written, without `#`; `''` if none. */
  readonly anchor: string;
  /** True if there is no anchor, a heading has it, or it is `top` or a block reference (`^id`), which are not checked. */
  readonly isAnchorFound: boolean;
  readonly text: string;
  /** Line of the link in `from`, from 1. */
  readonly line: number;
  /** Which link of `from` it is, in the order of its text, from 0; broken ones and others are counted too. */
  readonly ordinal: number;
}

/** A link that leads to no document. Links to files of other kinds are not checked. */
export interface BrokenLink {
  readonly target: string;
  /** Where it would lead, relative to the root; undefined if it leaves the root, or names a note by its title. */
  readonly place: string | undefined;
  readonly anchor: string;
  readonly text: string;
  readonly line: number;
  /** As of a {@link GraphLink}. */
  readonly ordinal: number;
}

/** A link of which nobody has asked yet whether its anchor is there. */
type FoundLink = Omit<GraphLink, 'isAnchorFound'>;

interface OwnLinks {
  readonly found: readonly FoundLink[];
  /** Those to a heading of the document itself, which connect it to nothing. */
  readonly inside: readonly FoundLink[];
  readonly broken: readonly BrokenLink[];
}

const NO_LINKS: OwnLinks = { found: [], inside: [], broken: [] };

/**
 * Which document of a view links to which. Works as it is asked: the links of one document cost one document; backlinks
 * need all of them, and the graph keeps what it found.
 */
export class LinkGraph {
  readonly #view: IndexView;
  readonly #resolved = new Map<string, OwnLinks>();
  readonly #anchors = new Map<string, ReadonlySet<string>>();
  #names: DocumentNames | undefined;
  #backlinks: ReadonlyMap<string, readonly FoundLink[]> | undefined;
  #completing: Promise<void> | undefined;

  private constructor(view: IndexView) {
    this.#view = view;
  }

  /** The links of a view; nothing is read until it is asked for. */
  static build(view: IndexView): LinkGraph {
    return new LinkGraph(view);
  }

  /** Links of the document to other documents, in the order of its text; none if there is no such document. */
  links(path: string): readonly GraphLink[] {
    return this.#linksOf(path).found.map((link) => this.#withAnchor(link));
  }

  /** The documents that the document links to, each once; in contrast to `links` no other document is read. */
  linkedPaths(path: string): ReadonlySet<string> {
    return new Set(this.#linksOf(path).found.map(({ to }) => to));
  }

  /** Resolves the links of all documents, in turns with other work; whoever asks meanwhile waits for the same. */
  async complete(): Promise<void> {
    this.#completing ??= finishInTurns(this.#resolveAll()).catch((error: unknown) => {
      this.#completing = undefined;
      throw error;
    });
    await this.#completing;
  }

  /** Links of other documents to this one, by path, then line. If the graph is not complete, this completes it. */
  backlinks(path: string): readonly GraphLink[] {
    if (this.#backlinks === undefined) finishSteps(this.#resolveAll());
    return (this.#backlinks?.get(path) ?? []).map((link) => this.#withAnchor(link));
  }

  /** Links of the document that lead to no document, in the order of its text. */
  brokenLinks(path: string): readonly BrokenLink[] {
    return this.#linksOf(path).broken;
  }

  /** Links of the document to a heading that is not there, of another document or of itself, in the order of its text. */
  linksToMissingHeadings(path: string): readonly GraphLink[] {
    const { found, inside } = this.#linksOf(path);
    const missing = [...found, ...inside].map((link) => this.#withAnchor(link)).filter((link) => !link.isAnchorFound);
    return missing.sort((a, b) => a.line - b.line);
  }

  /** The links of all documents, one at each step. */
  *#resolveAll(): Generator<void, void> {
    const backlinks = new Map<string, FoundLink[]>();
    for (const path of this.#view.paths()) {
      const { found } = yield* this.#resolve(path);
      for (const link of found) {
        const list = backlinks.get(link.to);
        if (list === undefined) backlinks.set(link.to, [link]);
        else list.push(link);
      }
    }
    this.#backlinks = backlinks;
  }

  #linksOf(path: string): OwnLinks {
    return finishSteps(this.#resolve(path));
  }

  /** The links of a document, one at each step. */
  *#resolve(path: string): Generator<void, OwnLinks> {
    const ready = this.#resolved.get(path);
    if (ready !== undefined) return ready;
    const location = this.#view.find(path);
    if (location === undefined) return NO_LINKS;
    this.#names ??= new DocumentNames(this.#view);
    const found: FoundLink[] = [];
    const inside: FoundLink[] = [];
    const broken: BrokenLink[] = [];
    // Many documents link to the same place again and again.
    const ends = new Map<string, LinkEnd>();
    for (const [ordinal, link] of this.#view.document(location).links().entries()) {
      const { anchor, text, line } = link;
      const key = `${link.kind} ${link.target}`;
      const end = ends.get(key) ?? resolveLink(link, path, this.#names);
      ends.set(key, end);
      if (end.kind === 'broken') {
        broken.push({ target: link.target, place: end.place, anchor, text, line, ordinal });
      }
      if (end.kind === 'document') {
        const led = { from: path, to: end.path, anchor, text, line, ordinal };
        if (end.path !== path) found.push(led);
        else if (anchor !== '') inside.push(led);
      }
      yield;
    }
    const own = { found, inside, broken };
    this.#resolved.set(path, own);
    return own;
  }

  #withAnchor(link: FoundLink): GraphLink {
    return { ...link, isAnchorFound: this.#hasAnchor(link.to, link.anchor) };
  }

  #hasAnchor(path: string, anchor: string): boolean {
    // `[[note#Part#Subpart]]` names the innermost heading last.
    const wanted = anchor.split('#').at(-1) ?? '';
    // `#top` is the top of a page in HTML, whatever its headings are.
    if (wanted === '' || wanted.startsWith('^') || wanted.toLowerCase() === 'top') return true;
    const anchors = this.#anchorsOf(path);
    return anchors.has(wanted.toLowerCase()) || anchors.has(plainSlug(wanted));
  }

  #anchorsOf(path: string): ReadonlySet<string> {
    const ready = this.#anchors.get(path);
    if (ready !== undefined) return ready;
    const anchors = new Set<string>();
    const location = this.#view.find(path);
    const outline = location === undefined ? [] : this.#view.document(location).outline();
    for (const { anchor, headingPath } of outline) {
      anchors.add(anchor.toLowerCase());
      anchors.add(plainSlug(anchor));
      anchors.add(plainSlug(headingPath.at(-1) ?? ''));
    }
    this.#anchors.set(path, anchors);
    return anchors;
  }
}

const graphs = new WeakMap<IndexView, LinkGraph>();

/** The graph of a view; one for all who ask, so that what it has resolved is resolved once. */
export function linkGraphOf(view: IndexView): LinkGraph {
  const known = graphs.get(view);
  if (known !== undefined) return known;
  const graph = LinkGraph.build(view);
  graphs.set(view, graph);
  return graph;
}

/** The slug without the doubled hyphens that some site builders join. */
function plainSlug(heading: string): string {
  return headingSlug(heading).replace(/-{2,}/g, '-').replace(/^-|-$/g, '');
}
